--- everything
SELECT * FROM orders
--- FROM first
FROM orders
--- FROM first with a list
FROM orders SELECT id, amount WHERE amount > 10
--- the TABLE statement
TABLE orders
--- names of the predecessor
SELECT count(*) FROM input_df UNION ALL SELECT count(*) FROM input_db.main UNION ALL SELECT count(*) FROM df_orders
--- a table of a step with several
SELECT c.name, i.sku FROM shop.customers c JOIN orders o ON o.customer_id = c.id JOIN "shop"."items" i ON i.order_id = o.id
--- names in another case
SELECT ID FROM ORDERS JOIN Shop.Customers USING (id)
--- a name that needs quotes
SELECT * FROM "größe 1.2" WHERE "weiß" > 0
--- a name as a string literal
SELECT * FROM 'orders'
--- trailing semicolon and comments
-- what it does
SELECT /* inline /* nested */ comment */ id -- trailing
FROM orders; -- the end
--- blank lines and several semicolons

SELECT 1;;

; 
--- constants of every kind
SELECT 1, -1, 1.5, 1e10, 123456789012345678901234567890, 'text', E'tab\t', $$dollar$$, $x$it's$x$, x'ff', TRUE, NULL, 0x1F, 1_000, DATE '2024-01-01', TIMESTAMP '2024-01-01 10:00:00', INTERVAL 3 DAYS, INTERVAL '1' YEAR, TIME '10:00', '\xAA'::BLOB, [1, 2], {'a': 1, 'b': 'x'}, MAP {'k': 1}, (1, 'x') = (1, 'x')
--- unicode text
SELECT 'größe 😀 日本' AS "ü😀", length('😀') FROM orders LIMIT 1
--- operators
SELECT id + 1, id - 1, id * 2, id / 2, id // 2, id % 2, id ** 2, id ^ 2, -id, +id, ~id, id & 1, id | 1, id << 1, id >> 1, xor(id, 1), @ (id - 5), 4 ! FROM orders
--- comparisons
SELECT id = 1, id <> 1, id != 1, id < 1, id <= 1, id > 1, id >= 1, id IS DISTINCT FROM 1, id IS NOT DISTINCT FROM 1, id BETWEEN 1 AND 2, id NOT BETWEEN 1 AND 2, id IN (1, 2), id NOT IN (1, 2), note IS NULL, note IS NOT NULL, NOT (id = 1) FROM orders
--- patterns
SELECT note LIKE 'a%', note NOT LIKE 'a%', note ILIKE 'A%', note NOT ILIKE 'A%', note LIKE 'a$%' ESCAPE '$', note NOT LIKE 'a$%' ESCAPE '$', note ILIKE 'a$%' ESCAPE '$', note SIMILAR TO 'a.*', note ~ 'a.*', note !~ 'a.*', note GLOB 'a*', note ^@ 'a', regexp_matches(note, 'a') FROM orders
--- logic
SELECT id FROM orders WHERE (id > 1 AND amount > 2) OR NOT (status = 'open' AND note IS NULL) OR status IN ('open', 'paid')
--- casts
SELECT id::VARCHAR, CAST(amount AS DECIMAL(18, 4)), TRY_CAST(note AS INTEGER), id::DOUBLE::BIGINT, [1]::BIGINT[], [1, 2, 3]::INT[3], {'a': 1}::STRUCT(a BIGINT), 'a'::ENUM ('a', 'b'), MAP {'a': 1}::MAP(VARCHAR, BIGINT), '2024-01-01'::TIMESTAMPTZ, 1::UNION(i INT, s VARCHAR), '{}'::JSON, note::VARCHAR(10), 'a'::BLOB, '101'::BIT, 'P1D' IS NULL FROM (SELECT 1 id, 2.5 amount, '3' note) WHERE TRY_CAST('x' AS INT[3]) IS NULL
--- CASE
SELECT CASE status WHEN 'open' THEN 1 WHEN 'paid' THEN 2 ELSE 0 END, CASE WHEN amount > 10 THEN 'big' WHEN amount > 5 THEN 'mid' END, if(id > 1, 'a', 'b') FROM orders
--- null handling
SELECT coalesce(note, status, '-'), nullif(status, 'open'), ifnull(note, 'x'), nullif(nullif(note, ''), '-'), greatest(id, 2), least(id, 2), TRY (1 / 0) FROM orders
--- aggregates
SELECT count(*), count(DISTINCT status), sum(amount), avg(amount), min(placed), max(placed), median(amount), mode(status), stddev(amount), quantile_cont(amount, 0.9), string_agg(status, ',' ORDER BY id DESC), list(id ORDER BY id), arg_max(status, amount), first(status), bool_and(id > 0), approx_count_distinct(id), histogram(status), corr(id, amount), any_value(note) FROM orders
--- FILTER
SELECT status, sum(amount) FILTER (WHERE id > 1) AS big, count(*) FILTER (status = 'open') FROM orders GROUP BY status
--- GROUP BY ALL, ORDER BY ALL
SELECT status, date_trunc('month', placed) AS m, sum(amount) FROM orders GROUP BY ALL ORDER BY ALL
--- GROUPING SETS
SELECT status, customer_id, grouping(status, customer_id), grouping_id(status), sum(amount) FROM orders GROUP BY GROUPING SETS ((status, customer_id), (status), ())
--- ROLLUP and CUBE
SELECT status, customer_id, sum(amount) FROM orders GROUP BY ROLLUP (status), CUBE (customer_id)
--- HAVING and positions
SELECT status, count(*) AS n FROM orders GROUP BY 1 HAVING n > 0 ORDER BY 2 DESC NULLS LAST, #1 ASC NULLS FIRST LIMIT 10 OFFSET 0
--- LIMIT of a part
SELECT * FROM orders LIMIT 50%
--- LIMIT by a subquery
SELECT * FROM orders ORDER BY id LIMIT (SELECT count(*) FROM shop.items) OFFSET (SELECT 0)
--- DISTINCT and DISTINCT ON
SELECT DISTINCT status FROM orders UNION ALL SELECT s FROM (SELECT DISTINCT ON (customer_id) status AS s FROM orders ORDER BY customer_id, placed DESC)
--- window functions
SELECT id, row_number() OVER (PARTITION BY status ORDER BY placed), rank() OVER w, dense_rank() OVER w, percent_rank() OVER w, cume_dist() OVER w, ntile(4) OVER w, lag(amount, 1, 0.0) OVER w, lead(amount IGNORE NULLS) OVER w, first_value(id) OVER w, last_value(id) OVER w, nth_value(id, 2) OVER w FROM orders WINDOW w AS (PARTITION BY status ORDER BY placed DESC)
--- window frames
SELECT sum(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), avg(amount) OVER (ORDER BY placed RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND INTERVAL 1 DAY FOLLOWING EXCLUDE TIES), count(DISTINCT id) FILTER (WHERE id > 1) OVER (ORDER BY id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW), fill(amount) OVER (ORDER BY id), list(id ORDER BY id DESC) OVER () FROM orders
--- QUALIFY
SELECT * FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY placed DESC) = 1
--- joins
SELECT * FROM orders o LEFT JOIN shop.customers c ON c.id = o.customer_id RIGHT JOIN shop.items i ON i.order_id = o.id FULL JOIN orders p ON p.id = o.id CROSS JOIN (SELECT 1 AS one), shop.customers x
--- USING and NATURAL
SELECT id FROM orders JOIN shop.customers USING (id) NATURAL JOIN (SELECT 1 AS id)
--- semi, anti, positional
SELECT o.id FROM orders o SEMI JOIN shop.customers c ON c.id = o.customer_id ANTI JOIN shop.items i ON i.order_id = o.id POSITIONAL JOIN shop.items
--- ASOF
SELECT o.id, p.at FROM orders o ASOF JOIN (SELECT placed AS at, id FROM orders) p ON o.placed >= p.at AND o.id = p.id
--- ASOF LEFT JOIN USING
SELECT * FROM orders ASOF LEFT JOIN (SELECT customer_id, placed FROM orders) x USING (customer_id, placed)
--- lateral
SELECT o.id, t.tag FROM orders o, LATERAL (SELECT unnest(o.tags) AS tag) t
--- subqueries
SELECT id, (SELECT max(qty) FROM shop.items i WHERE i.order_id = o.id) FROM orders o WHERE EXISTS (FROM shop.customers c WHERE c.id = o.customer_id) AND NOT EXISTS (SELECT 1 FROM orders WHERE id < 0) AND id IN (SELECT order_id FROM shop.items) AND id >= ALL (SELECT 1) AND id = ANY (SELECT id FROM orders) AND id NOT IN (SELECT -1)
--- CTEs
WITH paid AS (SELECT * FROM orders WHERE status = 'paid'), by_customer(cid, total) AS MATERIALIZED (SELECT customer_id, sum(amount) FROM paid GROUP BY 1), top AS NOT MATERIALIZED (FROM by_customer LIMIT 3) SELECT * FROM top JOIN shop.customers c ON c.id = cid
--- a CTE that shadows its input
WITH orders AS (SELECT * FROM orders WHERE id > 1) SELECT count(*) FROM orders
--- a CTE inside a CTE, and in a subquery
WITH a AS (WITH b AS (SELECT 1 AS x) SELECT * FROM b) SELECT *, (WITH c AS (FROM a) SELECT max(x) FROM c) FROM a WHERE EXISTS (FROM a)
--- a CTE over a set operation
WITH a AS (SELECT 1 AS x) (SELECT x FROM a UNION SELECT x + 1 FROM a) EXCEPT SELECT 5 ORDER BY x
--- a recursive CTE
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
--- a recursive CTE with USING KEY
WITH RECURSIVE t(k, v) USING KEY (k) AS (SELECT 1, 0 UNION SELECT t.k, t.v + 1 FROM t JOIN recurring.t AS r USING (k) WHERE t.v < 5) SELECT * FROM t
--- set operations
SELECT id FROM orders UNION SELECT id FROM shop.customers INTERSECT SELECT id FROM orders EXCEPT ALL SELECT 9 UNION ALL SELECT 1 INTERSECT ALL SELECT 1
--- UNION BY NAME
SELECT id, status FROM orders UNION BY NAME SELECT id, name FROM shop.customers UNION ALL BY NAME SELECT 1 AS z
--- VALUES
VALUES (1, 'a'), (2, 'b')
--- VALUES as a relation
SELECT v.x, y FROM (VALUES (1, 'a'), (2, NULL)) v(x, y) JOIN orders ON id = x
--- star
SELECT * EXCLUDE (note, meta) REPLACE (amount * 2 AS amount) RENAME (status AS state), o.* EXCLUDE (o.id), COLUMNS(o.*) FROM orders o
--- COLUMNS
SELECT min(COLUMNS('^(id|amount)$')), max(COLUMNS(* EXCLUDE (note, tags, meta, address, attrs))), COLUMNS(c -> c LIKE 'i%') FROM orders GROUP BY ALL
--- COLUMNS by a lambda and by a list
SELECT COLUMNS(lambda c: c = 'id'), COLUMNS([x FOR x IN (*) IF x <> 'id']), * LIKE 'st%', concat_ws('-', *COLUMNS('id|status')) FROM (SELECT id, status FROM orders)
--- structs
SELECT address.city, address['zip'], (address).zip, struct_extract(address, 'city'), {'a': id, 'b': [id]}.b[1], row(1, 2) = (1, 2), address.*, struct_pack(x := id).x FROM orders
--- qualified columns
SELECT orders.id, main.orders.id IS NULL, o2.address.city FROM orders, orders o2 WHERE orders.id = o2.id AND 1 = 1
--- lists
SELECT tags[1], tags[1:2], tags[-1:], tags[:-1:2], len(tags), list_sort(tags), list_contains(tags, 'a'), [1, 2, 3][2], array_agg(id), tags && ['a'], 'a' IN tags, [1] || [2], list_aggregate([1, 2], 'sum'), list_sum([1, 2]), flatten([[1], [2]]) FROM orders GROUP BY tags
--- lambdas
SELECT list_transform(tags, lambda t: upper(t)), list_filter([1, 2, 3], lambda x, i: x > i - 1), list_reduce([1, 2, 3], lambda a, b: a + b), list_transform([1], lambda x: list_transform(tags, lambda t: t || x)) FROM orders
--- lambdas with arrows
SELECT list_transform([1, 2], x -> x + 1), list_filter(tags, t -> t <> 'b') FROM orders
--- list comprehension
SELECT [t || '!' FOR t IN tags IF t <> 'a'], [x * 2 FOR x IN range(5)] FROM orders
--- maps
SELECT attrs['k'], map_keys(attrs), map_extract(attrs, 'k'), MAP {'a': id}, map_from_entries([('a', 1)]), cardinality(attrs) FROM orders
--- JSON
SELECT meta->'$.a', meta->>'b', meta->'c'->>0, json_extract_string(meta, '$.b'), to_json(address), json_group_array(id), json_object('a', 1), json_type(meta), meta::VARCHAR, json('[1]'), from_json('{"a": 1}', '{"a": "INT"}') FROM orders GROUP BY ALL
--- JSON as rows
SELECT j.key, j.value, t.path FROM orders, json_each(meta) j, json_tree(meta) t
--- UNNEST
SELECT id, unnest(tags) AS tag, unnest([{'a': 1}], recursive := true) FROM orders
--- table functions
SELECT * FROM range(3), generate_series(1, 2) g(n), unnest([1, 2]) u(v), repeat('x', 2), repeat_row(1, 'a', num_rows = 2)
--- a series of days
SELECT d::DATE AS day, count(o.id) FROM generate_series(TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-05', INTERVAL 1 DAY) s(d) LEFT JOIN orders o ON o.placed::DATE = d GROUP BY 1
--- WITH ORDINALITY
SELECT * FROM unnest(['a', 'b']) WITH ORDINALITY AS u(v, n)
--- a table function over a subquery
SELECT * FROM range((SELECT max(id)::BIGINT FROM orders)) r(i)
--- sampling
SELECT count(*) >= 0 FROM orders TABLESAMPLE reservoir(2 ROWS) REPEATABLE (42)
--- sampling of a query
SELECT * FROM orders USING SAMPLE 50 PERCENT (bernoulli, 7)
--- PIVOT with its values
PIVOT orders ON status IN ('open', 'paid') USING sum(amount) AS s, count(*) AS n GROUP BY customer_id
--- PIVOT of the standard
SELECT * FROM (SELECT customer_id, status, amount FROM orders) PIVOT (sum(amount) FOR status IN ('open' AS o, 'paid' AS p) GROUP BY customer_id) AS pv
--- the rewrite of PIVOT
SELECT customer_id, sum(amount) FILTER (WHERE status = 'open') AS open, sum(CASE WHEN status = 'paid' THEN amount END) AS paid FROM orders GROUP BY 1
--- UNPIVOT
UNPIVOT (SELECT id, amount, customer_id::DECIMAL(10, 2) AS c FROM orders) ON amount, c INTO NAME what VALUE v
--- UNPIVOT of the standard
SELECT * FROM (SELECT id, amount, 1.0::DECIMAL(10, 2) AS x FROM orders) UNPIVOT INCLUDE NULLS (v FOR k IN (amount AS 'Amount', x))
--- UNPIVOT of all but
FROM (SELECT id, amount, amount AS b FROM orders) UNPIVOT (v FOR k IN (COLUMNS(* EXCLUDE (id))))
--- COLLATE
SELECT status COLLATE NOCASE = 'OPEN', name COLLATE de FROM orders, shop.customers ORDER BY name COLLATE NOACCENT.NOCASE
--- dates
SELECT year(placed), extract('month' FROM placed), date_diff('day', placed, TIMESTAMP '2024-02-01'), placed + INTERVAL 1 MONTH, strftime(placed, '%Y-%m'), date_trunc('week', placed), placed AT TIME ZONE 'Europe/Prague', dayname(placed), last_day(placed::DATE), age(placed), epoch_ms(placed), make_date(2024, 1, 2), time_bucket(INTERVAL 1 HOUR, placed), DATE '2024-01-31' + 1 FROM orders
--- the clock and chance
SELECT now() IS NOT NULL, current_date IS NOT NULL, current_timestamp IS NOT NULL, today() IS NOT NULL, random() < 1, uuid() IS NOT NULL, localtimestamp IS NOT NULL, get_current_timestamp() IS NOT NULL
--- text
SELECT upper(status), status || '-' || id, concat_ws(',', id, status), format('{}-{}', id, status), printf('%05d', id), substring(status, 1, 2), substring(status FROM 2 FOR 2), status[1], status[1:2], trim(BOTH 'x' FROM status), position('p' IN status), split_part(status, 'e', 1), string_split(status, 'e'), regexp_replace(status, 'o', '0', 'g'), lpad(id::VARCHAR, 5, '0'), md5(status), sha256(status), levenshtein(status, 'open'), strip_accents('é'), replace(status, 'o', 'a'), contains(status, 'o'), reverse(status), hash(id), base64('a'::BLOB), url_encode('a b'), chr(65), unicode('A') FROM orders
--- chained calls on a value
SELECT ('abc').upper().lower(), (status).upper().substring(1, 2), [1, 2].list_sum() FROM orders
--- a column called like a function
SELECT "user", "range", "left" FROM (SELECT 1 AS "user", 2 AS "range", 3 AS "left")
--- a column called like a system relation
SELECT duckdb_databases.id, read_csv FROM (SELECT id, 1 AS read_csv FROM orders) AS duckdb_databases
--- a CTE called like a system relation
WITH duckdb_databases AS (SELECT id FROM orders) SELECT * FROM duckdb_databases
--- a whole row as a value
SELECT o, o.address FROM orders o
--- ordering
SELECT id FROM orders ORDER BY status ASC, amount DESC NULLS FIRST, lower(note) NULLS LAST
--- error in a branch that is not taken
SELECT CASE WHEN id IS NULL THEN error('no id') ELSE 'ok' END FROM orders
--- geography as text
SELECT typeof(amount), pi(), log10(100), round(amount, 1), floor(amount), amount::INT, bit_count(5), isnan('nan'::DOUBLE), bin(5), hex(255), setseed(0.5) FROM orders
--- DISTINCT aggregate and percentiles
SELECT count(DISTINCT (status, customer_id)), quantile_disc(amount, [0.25, 0.5, 0.75]), percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), mode() WITHIN GROUP (ORDER BY status), reservoir_quantile(amount, 0.5) IS NOT NULL FROM orders
--- lateral column aliases
SELECT amount * 2 AS double, double + 1 AS more FROM orders WHERE double > 0 GROUP BY ALL HAVING more > 0
--- column aliases first
SELECT total: sum(amount), n: count(*) FROM src: orders
--- dynamic lists of columns by position
SELECT #1 FROM (SELECT id FROM orders)
--- a wide OR of an analyst
SELECT * FROM orders WHERE (status, customer_id) IN (('open', 1), ('paid', 2)) OR (id, status) = (1, 'open') OR id IN (SELECT unnest([1, 2]))
