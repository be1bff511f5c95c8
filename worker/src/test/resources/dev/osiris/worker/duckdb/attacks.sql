--- neighbour's file as bytes | TABLE_FUNCTION | stopped
SELECT content FROM read_blob('{neighbour}')
--- neighbour's file as a database | TABLE_FUNCTION | stopped
SELECT * FROM read_duckdb('{neighbour}')
--- neighbour's rejects as CSV | TABLE_FUNCTION | stopped
SELECT * FROM read_csv('{csv}')
--- neighbour's rejects as JSON | TABLE_FUNCTION | stopped
SELECT * FROM read_json_auto('{json}')
--- a file after FROM | FILE | stopped
SELECT * FROM '{csv}'
--- a database file after FROM | FILE | stopped
FROM '{neighbour}'
--- a file as a quoted identifier | FILE | stopped
SELECT * FROM "{csv}"
--- a file as schema and table | FILE | stopped
SELECT * FROM "{root}/artifacts/other/rejects"."csv"
--- files by pattern after FROM | FILE | stopped
FROM '{root}/artifacts/*/*.json'
--- list of the session directory | TABLE_FUNCTION | stopped
SELECT * FROM glob('{root}/**')
--- list of the temporary directory | TABLE_FUNCTION | stopped
SELECT * FROM glob('{tmp}/*')
--- list of the cell's own temporary directory | TABLE_FUNCTION | runs
SELECT * FROM glob('{temp}/*')
--- text of the temporary directory | TABLE_FUNCTION | stopped
SELECT content FROM read_text('{tmp}/other.txt')
--- text of the cell's own temporary directory | TABLE_FUNCTION | runs
SELECT count(*) FROM read_text('{temp}/*')
--- bytes of the input's own file | TABLE_FUNCTION | runs
SELECT size FROM read_blob('{orders}')
--- path with dots | TABLE_FUNCTION | stopped
SELECT * FROM read_csv('{temp}/../other.txt')
--- environment of the process | TABLE_FUNCTION | stopped
SELECT * FROM read_text('/proc/self/environ')
--- standard input | TABLE_FUNCTION | stopped
SELECT * FROM read_csv('/dev/stdin')
--- sniffing | TABLE_FUNCTION | stopped
SELECT * FROM sniff_csv('{csv}')
--- parquet metadata of any file | TABLE_FUNCTION | stopped
SELECT * FROM parquet_file_metadata('{neighbour}')
--- http | TABLE_FUNCTION | stopped
SELECT * FROM read_csv('http://127.0.0.1:1/{root}')
--- http after FROM | FILE | stopped
SELECT * FROM 'https://127.0.0.1:1/x.parquet'
--- s3 | TABLE_FUNCTION | stopped
SELECT * FROM read_parquet('s3://bucket/key')
--- a pointer as an arrow stream | TABLE_FUNCTION | crashes
SELECT * FROM arrow_scan(1::UBIGINT::POINTER, 2::UBIGINT::POINTER, 3::UBIGINT::POINTER)
--- the worker's name of an input | RELATION | runs
SELECT * FROM in_0.main.main
--- the worker's name of an input, without a schema | RELATION | runs
SELECT * FROM in_0.main
--- a parallel step's database by name | RELATION | stopped
SELECT * FROM neighbour.main
--- a parallel step's database by full name | RELATION | stopped
SELECT * FROM neighbour.main.main
--- the output | RELATION | stopped
SELECT * FROM out.information_schema.tables
--- an input through a catalog | RELATION | runs
SELECT * FROM memory.main.orders
--- an input of several tables through a catalog | RELATION | runs
SELECT * FROM memory.shop.customers
--- an input's name in a parallel step's database | RELATION | stopped
SELECT * FROM neighbour.shop.customers
--- the temp catalog | RELATION | stopped
SELECT * FROM temp.information_schema.tables
--- the system catalog | RELATION | leaks
SELECT * FROM system.main.duckdb_databases
--- information_schema | RELATION | runs
SELECT * FROM information_schema.tables
--- pg_catalog | RELATION | runs
SELECT * FROM pg_catalog.pg_class
--- pg_catalog without its name | RELATION | runs
SELECT * FROM pg_database
--- sqlite_master | RELATION | runs
SELECT sql FROM sqlite_master
--- duckdb_databases, the view | RELATION | leaks
SELECT * FROM duckdb_databases
--- duckdb_databases, the function | TABLE_FUNCTION | leaks
SELECT path FROM duckdb_databases()
--- duckdb_tables, the view | RELATION | runs
SELECT sql FROM duckdb_tables
--- duckdb_settings, the function in another case | TABLE_FUNCTION | leaks
SELECT value FROM DuckDB_Settings()
--- duckdb_settings, the function of a schema | TABLE_FUNCTION | leaks
SELECT value FROM system.main.duckdb_settings()
--- duckdb_secrets | TABLE_FUNCTION | runs
SELECT * FROM duckdb_secrets()
--- duckdb_temporary_files | TABLE_FUNCTION | runs
SELECT * FROM duckdb_temporary_files()
--- duckdb_logs | RELATION | runs
FROM duckdb_logs
--- duckdb_views | RELATION | runs
SELECT sql FROM duckdb_views
--- pragma as a table function | TABLE_FUNCTION | runs
SELECT * FROM pragma_database_size()
--- columns of any table as a table function | TABLE_FUNCTION | runs
SELECT * FROM pragma_table_info('duckdb_databases')
--- a setting | FUNCTION | leaks
SELECT current_setting('temp_directory')
--- a setting through dot syntax | FUNCTION | leaks
SELECT ('temp_directory').current_setting()
--- a setting through dot syntax on a column | FUNCTION | stopped
SELECT s.current_setting() FROM (SELECT 'temp_directory' AS s)
--- a setting through a schema | FUNCTION | leaks
SELECT main.current_setting('temp_directory')
--- a setting through a catalog | FUNCTION | leaks
SELECT system.main.current_setting('temp_directory')
--- a harmless function through a schema | FUNCTION | runs
SELECT pg_catalog.current_database()
--- a setting as an operator | FUNCTION | leaks
SELECT OPERATOR(current_setting.+) 'temp_directory'
--- a setting as a quoted name | FUNCTION | leaks
SELECT "Current_Setting"('temp_directory')
--- a setting in a window | FUNCTION | stopped
SELECT current_setting('temp_directory') OVER () FROM orders
--- a setting in ORDER BY | FUNCTION | runs
SELECT id FROM orders ORDER BY current_setting('temp_directory')
--- a setting in LIMIT | FUNCTION | runs
SELECT id FROM orders LIMIT length(current_setting('temp_directory'))
--- a setting in a join condition | FUNCTION | runs
SELECT 1 FROM orders a JOIN orders b ON current_setting('temp_directory') IS NOT NULL
--- a setting in a frame | FUNCTION | runs
SELECT sum(id) OVER (ORDER BY id ROWS length(current_setting('temp_directory')) PRECEDING) FROM orders
--- a setting in a lambda | FUNCTION | stopped
SELECT list_transform(['temp_directory'], lambda x: current_setting(x))
--- a setting in REPLACE | FUNCTION | leaks
SELECT * REPLACE (current_setting('temp_directory') AS note) FROM orders
--- a setting in GROUPING SETS | FUNCTION | runs
SELECT 1 FROM orders GROUP BY GROUPING SETS ((current_setting('temp_directory')), ())
--- a setting in QUALIFY | FUNCTION | runs
SELECT id FROM orders QUALIFY row_number() OVER () < length(current_setting('temp_directory'))
--- a setting in DISTINCT ON | FUNCTION | runs
SELECT DISTINCT ON (current_setting('temp_directory')) id FROM orders
--- a setting in VALUES | FUNCTION | leaks
VALUES (current_setting('temp_directory'))
--- a setting in PIVOT | FUNCTION | leaks
FROM orders PIVOT (max(current_setting('temp_directory')) FOR status IN ('open'))
--- a setting in an argument of a table function | FUNCTION | leaks
SELECT * FROM unnest([current_setting('temp_directory')])
--- a setting in FILTER | FUNCTION | runs
SELECT count(*) FILTER (WHERE current_setting('temp_directory') LIKE '/%') FROM orders
--- a setting in a list comprehension | FUNCTION | stopped
SELECT [current_setting(x) FOR x IN ['temp_directory']]
--- a variable | FUNCTION | runs
SELECT getvariable('x')
--- the query itself | FUNCTION | runs
SELECT current_query()
--- a sequence | FUNCTION | stopped
SELECT nextval('s')
--- a log line | FUNCTION | runs
SELECT write_log('x')
--- logs into files of the temporary directory | TABLE_FUNCTION | runs
SELECT * FROM enable_logging(storage = 'file', storage_path = '{temp}')
--- profiling | TABLE_FUNCTION | runs
SELECT * FROM enable_profiling()
--- a checkpoint | TABLE_FUNCTION | runs
SELECT * FROM force_checkpoint('out')
--- sleep | FUNCTION | runs
SELECT sleep_ms(1)
--- text of a view | FUNCTION | runs
SELECT pg_get_viewdef(0)
--- privileges | FUNCTION | runs
SELECT has_table_privilege('orders', 'select')
--- query() | TABLE_FUNCTION | leaks
SELECT * FROM query('SELECT path FROM duckdb_databases()')
--- query_table() | TABLE_FUNCTION | leaks
SELECT * FROM query_table('duckdb_databases')
--- a macro that reads a table by name | TABLE_FUNCTION | leaks
SELECT * FROM histogram(duckdb_databases, path)
--- a serialised query, executed | TABLE_FUNCTION | leaks
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT path FROM duckdb_databases()'))
--- a serialised query, executed as a scalar | FUNCTION | stopped
SELECT json_execute_serialized_sql(json_serialize_sql('SELECT path FROM duckdb_databases()'))
--- a query, planned | FUNCTION | runs
SELECT json_serialize_plan('SELECT path FROM duckdb_databases()')
--- aggregate states, exported | CONSTRUCT | stopped
SELECT sum(id) EXPORT_STATE FROM orders
--- aggregate states, finalised | FUNCTION | stopped
SELECT finalize('x'::BLOB)
--- compressed vectors, made up | FUNCTION | stopped
SELECT __internal_decompress_string(123456789::UBIGINT)
--- two statements | NOT_ONE_SELECT | leaks
SELECT 1; SELECT path FROM duckdb_databases()
--- a second statement behind a comment | NOT_ONE_SELECT | leaks
SELECT 1 /* ; */ ; -- ;
SELECT path FROM duckdb_databases()
--- a second statement that is no SELECT | NOT_ONE_SELECT | runs
SELECT 1; DETACH in_0
--- no statement | NOT_ONE_SELECT | stopped
-- nothing
--- the end of a literal, for gates that paste | SYNTAX | stopped
SELECT 1'); COPY (SELECT 1) TO '{temp}/x' --
--- the end of a subquery, for workers that paste | SYNTAX | stopped
SELECT 1); DROP TABLE out.result; --
--- COPY out, beside the cell's temporary directory | NOT_ONE_SELECT | stopped
COPY (SELECT 1) TO '{temp}.csv'
--- COPY over an input | NOT_ONE_SELECT | stopped
COPY (SELECT 1) TO '{orders}'
--- COPY in | NOT_ONE_SELECT | stopped
COPY out.result FROM '{csv}'
--- COPY FROM DATABASE | NOT_ONE_SELECT | runs
COPY FROM DATABASE in_0 TO out
--- EXPORT | NOT_ONE_SELECT | stopped
EXPORT DATABASE '{tmp}/export'
--- IMPORT | NOT_ONE_SELECT | stopped
IMPORT DATABASE '{tmp}/export'
--- ATTACH of the neighbour | NOT_ONE_SELECT | stopped
ATTACH '{neighbour}' AS n (READ_ONLY)
--- DETACH and ATTACH again, writable | NOT_ONE_SELECT | runs
DETACH in_1; ATTACH '{shop}' AS w
--- DETACH | NOT_ONE_SELECT | runs
DETACH in_1
--- USE | NOT_ONE_SELECT | runs
USE out
--- LOAD | NOT_ONE_SELECT | stopped
LOAD httpfs
--- LOAD of a file | NOT_ONE_SELECT | stopped
LOAD '{temp}/x.duckdb_extension'
--- INSTALL | NOT_ONE_SELECT | stopped
INSTALL httpfs
--- SET | NOT_ONE_SELECT | stopped
SET temp_directory = '{root}'
--- SET VARIABLE | NOT_ONE_SELECT | runs
SET VARIABLE x = 1
--- RESET | NOT_ONE_SELECT | stopped
RESET enable_external_access
--- PRAGMA | NOT_ONE_SELECT | leaks
PRAGMA database_list
--- CALL | NOT_ONE_SELECT | leaks
CALL duckdb_databases()
--- PREPARE | NOT_ONE_SELECT | runs
PREPARE p AS SELECT path FROM duckdb_databases()
--- EXECUTE | NOT_ONE_SELECT | stopped
EXECUTE p
--- CHECKPOINT | NOT_ONE_SELECT | runs
CHECKPOINT out
--- VACUUM | NOT_ONE_SELECT | runs
VACUUM
--- EXPLAIN | NOT_ONE_SELECT | runs
EXPLAIN SELECT * FROM orders
--- CREATE TABLE | NOT_ONE_SELECT | runs
CREATE TABLE out.extra AS SELECT 1
--- CREATE MACRO | NOT_ONE_SELECT | runs
CREATE MACRO upper(x) AS current_setting(x)
--- CREATE SECRET | NOT_ONE_SELECT | runs
CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')
--- INSERT into an input | NOT_ONE_SELECT | stopped
INSERT INTO in_1.main.customers VALUES (9, 'x')
--- DROP of an input | NOT_ONE_SELECT | stopped
DROP TABLE in_1.main.customers
--- SELECT INTO | SYNTAX | stopped
SELECT 1 INTO x
--- DML in a CTE | SYNTAX | stopped
WITH x AS (DELETE FROM in_1.main.customers RETURNING *) SELECT * FROM x
--- INSERT in a CTE | SYNTAX | stopped
WITH x AS (INSERT INTO in_1.main.customers VALUES (9, 'x') RETURNING *) SELECT * FROM x
--- SHOW | CONSTRUCT | runs
SHOW DATABASES
--- SHOW of everything | CONSTRUCT | runs
SHOW ALL TABLES
--- SHOW in a FROM | CONSTRUCT | runs
SELECT * FROM (SHOW ALL TABLES)
--- DESCRIBE | CONSTRUCT | runs
DESCRIBE in_0.main.main
--- DESCRIBE in a FROM | CONSTRUCT | runs
SELECT * FROM (DESCRIBE duckdb_databases)
--- SUMMARIZE | CONSTRUCT | leaks
SUMMARIZE duckdb_databases
--- SUMMARIZE in a FROM | CONSTRUCT | runs
SELECT * FROM (SUMMARIZE SELECT * FROM orders)
--- AT | CONSTRUCT | stopped
SELECT * FROM orders AT (VERSION => 1)
--- PIVOT without values | PIVOT | runs
PIVOT orders ON status USING sum(amount)
--- PIVOT without values in a CTE | PIVOT | runs
WITH p AS (PIVOT orders ON status USING sum(amount)) SELECT * FROM p
--- PIVOT of a system relation | RELATION | leaks
PIVOT duckdb_databases ON type IN ('duckdb') USING first(path)
--- UNPIVOT of a system relation | RELATION | leaks
UNPIVOT (SELECT path FROM duckdb_databases) ON path
--- PIVOT by a type of the catalog | CONSTRUCT | stopped
FROM orders PIVOT (sum(amount) FOR status IN some_enum)
--- a parameter | PARAMETER | stopped
SELECT ?
--- a numbered parameter | PARAMETER | stopped
SELECT * FROM orders WHERE id = $1
--- a named parameter | PARAMETER | stopped
SELECT $name
--- a type of another database | CONSTRUCT | stopped
SELECT 'a'::neighbour.main.mood
--- DEFAULT | CONSTRUCT | stopped
SELECT DEFAULT
--- a CTE that vouches for itself | RELATION | leaks
WITH duckdb_databases AS (SELECT * FROM duckdb_databases) SELECT * FROM duckdb_databases
--- a CTE that vouches for itself in a subquery | RELATION | runs
WITH duckdb_databases AS (SELECT 1 FROM orders WHERE EXISTS (FROM duckdb_databases)) SELECT * FROM duckdb_databases
--- a CTE that vouches for an earlier one | RELATION | leaks
WITH a AS (FROM duckdb_databases), duckdb_databases AS (SELECT 1) SELECT * FROM a
--- a CTE of an inner scope that vouches outside | RELATION | leaks
SELECT * FROM (WITH duckdb_databases AS (SELECT 1) FROM duckdb_databases) x, duckdb_databases
--- a CTE of a sibling of a union | RELATION | leaks
(WITH duckdb_databases AS (SELECT '1' AS path) SELECT path FROM duckdb_databases) UNION ALL SELECT path FROM duckdb_databases
--- a CTE inside a CTE that vouches outside | RELATION | leaks
WITH a AS (WITH duckdb_databases AS (SELECT 1) FROM duckdb_databases) SELECT * FROM a, duckdb_databases
--- a CTE that is called with a schema | RELATION | leaks
WITH duckdb_databases AS (SELECT 1) SELECT * FROM main.duckdb_databases
--- a recursive CTE that reads itself first | RELATION | leaks
WITH RECURSIVE duckdb_databases AS (SELECT path FROM duckdb_databases UNION ALL SELECT path FROM duckdb_databases WHERE false) SELECT * FROM duckdb_databases
--- a recursive CTE that is none | RELATION | leaks
WITH RECURSIVE duckdb_databases AS (SELECT path FROM duckdb_databases) SELECT * FROM duckdb_databases
--- a recursive CTE, twice in its first arm | RELATION | leaks
WITH RECURSIVE duckdb_databases AS (SELECT '1' AS path UNION ALL SELECT path FROM duckdb_databases UNION ALL SELECT path FROM duckdb_databases WHERE false) SELECT * FROM duckdb_databases
--- recurring without USING KEY | RELATION | stopped
WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t WHERE x < 3) SELECT * FROM recurring.t
--- a CTE spelt with the Kelvin sign | RELATION | leaks
WITH "duc{kelvin}db_databases" AS (SELECT 1) SELECT * FROM duckdb_databases
--- a CTE spelt with a dotless i | RELATION | runs
WITH "duckdb_v{dotless}ews" AS (SELECT 1) SELECT * FROM DUCKDB_VIEWS
--- an alias that vouches for a relation | RELATION | leaks
SELECT * FROM orders AS duckdb_databases, duckdb_databases AS s
--- a subquery's alias that vouches | RELATION | leaks
SELECT * FROM (SELECT 1) AS duckdb_databases, LATERAL (FROM duckdb_databases) AS s
--- a system relation in a deep corner | RELATION | stopped
SELECT CASE WHEN id IN (SELECT list_transform([1], lambda x: x + (SELECT count(*) FROM duckdb_databases))[1]) THEN 1 END FROM orders
--- a system relation in LIMIT | RELATION | runs
SELECT 1 LIMIT (SELECT count(*) FROM duckdb_databases)
--- a system relation in a table function's argument | RELATION | leaks
SELECT * FROM unnest((SELECT list(path) FROM duckdb_databases))
--- a keyword in comments | TABLE_FUNCTION | stopped
SELECT * FROM/**/read_csv/* */('{csv}')
--- quotes in identifiers | RELATION | stopped
SELECT * FROM "orders"" FROM orders --"
--- Unicode spaces between the words | TABLE_FUNCTION | stopped
SELECT * FROM{nbsp}read_text('{tmp}/other.txt')
--- a NUL after a harmless query | TEXT | runs
SELECT 1{nul}; DETACH in_0
--- half a surrogate pair | TEXT | runs
SELECT '{surrogate}'
