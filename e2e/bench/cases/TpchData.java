package bench.cases;

import bench.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Data in the shape of TPC-H, from SQL alone: the eight tables with the specification's columns, keys, ranges and dependencies between
 * columns, so that each query picks about the share of the rows that it picks there. The numbers themselves are others, and so are the
 * comments: a few phrases, with the words that queries look for as often as the specification has them.
 *
 * <p>Every value is a hash of its row's key, the column and the seed.
 */
final class TpchData {

  static final List<String> TABLES =
      List.of("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem");

  private static final String WORDS =
      "green forest amber apricot ash auburn bamboo barley basil berry birch brick bronze butter cactus canary caramel cedar"
          + " charcoal cherry chestnut cinnamon citrus clay clover cobalt cocoa copper cotton cranberry crimson denim ebony emerald"
          + " fawn fern fig flax garnet ginger glacier granite grape graphite hazel heather henna honey indigo iris jade jasmine"
          + " juniper lilac limestone mahogany malt mango maple marigold meadow melon moss mulberry mustard nectar nutmeg oat ochre"
          + " onyx opal oyster paprika pebble pepper pewter pine pistachio poppy quartz raspberry ruby rust saffron sage sapphire"
          + " sepia sorrel straw sunset tangerine teal";

  private static final String PHRASES =
      "two crates left,by the morning ferry,waits at the gate,without its label,counted once more,in dry storage,handled with gloves,"
          + "behind the second,nobody signed for,as agreed on,before the weekend,a spare pallet,stacked too high,under the canopy,sealed by hand,for the next lorry";

  private static final String NATIONS =
      "ALGERIA:0 ARGENTINA:1 BRAZIL:1 CANADA:1 EGYPT:4 ETHIOPIA:0 FRANCE:3 GERMANY:3 INDIA:2 INDONESIA:2 IRAN:4 IRAQ:4 JAPAN:2 JORDAN:4"
          + " KENYA:0 MOROCCO:0 MOZAMBIQUE:0 PERU:1 CHINA:2 ROMANIA:3 SAUDI_ARABIA:4 VIETNAM:2 RUSSIA:3 UNITED_KINGDOM:3 UNITED_STATES:1";

  private final int scale;
  private final long seed;

  TpchData(int scale, long seed) {
    this.scale = scale;
    this.seed = seed;
  }

  /** A folder with one DuckDB file a table, made when it is not there. */
  Path folder(Lab lab) throws Exception {
    return lab.once("tpch-sf%d-seed%d".formatted(scale, seed), folder -> make(lab, folder));
  }

  private void make(Lab lab, Path folder) throws IOException, InterruptedException {
    List<String> statements = new ArrayList<>(macros());
    for (String table : TABLES) {
      statements.add("ATTACH '%s' AS f_%s".formatted(folder.resolve(table + ".duckdb"), table));
    }
    queries().forEach((table, query) -> statements.add("CREATE TABLE f_%s.main AS %s".formatted(table, query)));
    TABLES.forEach(table -> statements.add("DETACH f_" + table));
    lab.plain().run(lab.fresh("tpch.tmp"), statements, 2, "6GB");
  }

  private List<String> macros() {
    String words = list(WORDS.split(" "));
    String phrases = list(PHRASES.split(","));
    return List.of(
        // A number below n; k is the row, c the column.
        "CREATE TEMP MACRO r(k, c, n) AS ((hash(k * 64 + c + %d) %% n)::BIGINT)".formatted(seed * 100_000_000_000_000L),
        "CREATE TEMP MACRO phrase(k, c) AS %s[r(k, c, 16) + 1]".formatted(phrases),
        "CREATE TEMP MACRO short_text(k, c) AS phrase(k, c)",
        "CREATE TEMP MACRO text(k, c) AS phrase(k, c) || ' ' || phrase(k, c + 1)",
        "CREATE TEMP MACRO long_text(k, c) AS text(k, c) || ' ' || text(k, c + 2) || ' ' || text(k, c + 4)",
        "CREATE TEMP MACRO word(k, c) AS %s[r(k, c, 92) + 1]".formatted(words),
        "CREATE TEMP MACRO one_of(k, c, l) AS l[r(k, c, len(l)) + 1]",
        "CREATE TEMP MACRO money(k, c, least, most) AS ((least * 100 + r(k, c, (most - least) * 100 + 1)) / 100)::DECIMAL(15,2)",
        "CREATE TEMP MACRO phone(k, c, n) AS (n + 10) || '-' || (100 + r(k, c, 900)) || '-' || (100 + r(k, c + 1, 900)) || '-' || (1000"
            + " + r(k, c + 2, 9000))",
        "CREATE TEMP MACRO retail(p) AS ((90000 + (p // 10) % 20001 + 100 * (p % 1000)) / 100)::DECIMAL(15,2)",
        // The four suppliers of a part.
        "CREATE TEMP MACRO supplier_of(p, i) AS (p + i * (%1$d // 4 + (p - 1) // %1$d)) %% %1$d + 1".formatted(10_000 * scale));
  }

  private Map<String, String> queries() {
    Map<String, String> queries = new LinkedHashMap<>();
    queries.put(
        "region",
        """
        SELECT i::INTEGER AS r_regionkey, ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'][i + 1] AS r_name, text(i, 1) AS r_comment
        FROM range(5) t(i)""");
    String[] nations = NATIONS.split(" ");
    queries.put(
        "nation",
        """
        SELECT i::INTEGER AS n_nationkey, %s[i + 1] AS n_name, %s[i + 1]::INTEGER AS n_regionkey, text(i, 1) AS n_comment
        FROM range(25) t(i)"""
            .formatted(
                list(IntStream.range(0, 25).mapToObj(i -> nations[i].split(":")[0].replace('_', ' ')).toArray(String[]::new)),
                list(IntStream.range(0, 25).mapToObj(i -> nations[i].split(":")[1]).toArray(String[]::new))));
    queries.put(
        "supplier",
        """
        SELECT k AS s_suppkey, printf('Supplier#%%09d', k) AS s_name, md5((k * 3)::VARCHAR)[:10 + r(k, 2, 15)] AS s_address,
          n::INTEGER AS s_nationkey, phone(k, 4, n) AS s_phone, money(k, 7, -999, 9999) AS s_acctbal,
          CASE r(k, 8, 2000) WHEN 0 THEN text(k, 9) || ' Customer slow Complaints' WHEN 1 THEN text(k, 9) || ' Customer happy Recommends'
            ELSE text(k, 9) || ' ' || text(k, 11) END AS s_comment
        FROM (SELECT i AS k, r(i, 1, 25) AS n FROM range(1, %d) t(i))"""
            .formatted(10_000 * scale + 1));
    queries.put(
        "customer",
        """
        SELECT k AS c_custkey, printf('Customer#%%09d', k) AS c_name, md5((k * 5)::VARCHAR)[:10 + r(k, 2, 15)] AS c_address,
          n::INTEGER AS c_nationkey, phone(k, 4, n) AS c_phone, money(k, 7, -999, 9999) AS c_acctbal,
          one_of(k, 8, ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD']) AS c_mktsegment,
          long_text(k, 9) AS c_comment
        FROM (SELECT i AS k, r(i, 1, 25) AS n FROM range(1, %d) t(i))"""
            .formatted(150_000 * scale + 1));
    queries.put(
        "part",
        """
        SELECT k AS p_partkey, concat_ws(' ', word(k, 1), word(k, 2), word(k, 3), word(k, 4), word(k, 5)) AS p_name,
          'Manufacturer#' || m AS p_mfgr, 'Brand#' || m || (1 + r(k, 7, 5)) AS p_brand,
          one_of(k, 8, ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO']) || ' '
            || one_of(k, 9, ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED']) || ' '
            || one_of(k, 10, ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER']) AS p_type,
          (1 + r(k, 11, 50))::INTEGER AS p_size,
          one_of(k, 12, ['SM', 'LG', 'MED', 'JUMBO', 'WRAP']) || ' '
            || one_of(k, 13, ['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM']) AS p_container,
          retail(k) AS p_retailprice, short_text(k, 14) AS p_comment
        FROM (SELECT i AS k, 1 + r(i, 6, 5) AS m FROM range(1, %d) t(i))"""
            .formatted(200_000 * scale + 1));
    queries.put(
        "partsupp",
        """
        SELECT p AS ps_partkey, supplier_of(p, i) AS ps_suppkey, (1 + r(k, 1, 9999))::INTEGER AS ps_availqty,
          money(k, 2, 1, 1000) AS ps_supplycost, long_text(k, 3) AS ps_comment
        FROM (SELECT k, k // 4 + 1 AS p, k %% 4 AS i FROM range(%d) t(k))"""
            .formatted(800_000 * scale));
    // Keys of orders are eight in a row of every thirty-two; a third of the customers never orders.
    queries.put(
        "lineitem",
        """
        SELECT o // 8 * 32 + o %% 8 + 1 AS l_orderkey, p AS l_partkey, supplier_of(p, r(k, 2, 4)) AS l_suppkey, n::INTEGER AS l_linenumber,
          q::DECIMAL(15,2) AS l_quantity, (q * retail(p))::DECIMAL(15,2) AS l_extendedprice,
          (r(k, 4, 11) / 100)::DECIMAL(15,2) AS l_discount, (r(k, 5, 9) / 100)::DECIMAL(15,2) AS l_tax,
          CASE WHEN received > DATE '1995-06-17' THEN 'N' ELSE one_of(k, 6, ['R', 'A']) END AS l_returnflag,
          CASE WHEN shipped > DATE '1995-06-17' THEN 'O' ELSE 'F' END AS l_linestatus, shipped AS l_shipdate,
          ordered + (30 + r(k, 8, 61))::INTEGER AS l_commitdate, received AS l_receiptdate,
          one_of(k, 10, ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN']) AS l_shipinstruct,
          one_of(k, 11, ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB']) AS l_shipmode, short_text(k, 12) AS l_comment
        FROM (
          SELECT *, shipped + (1 + r(k, 9, 30))::INTEGER AS received
          FROM (
            SELECT *, 1 + r(k, 1, %1$d) AS p, 1 + r(k, 3, 50) AS q, ordered + (1 + r(k, 7, 121))::INTEGER AS shipped
            FROM (
              SELECT o, n, o * 8 + n AS k, DATE '1992-01-01' + r(o, 20, 2406)::INTEGER AS ordered
              FROM (SELECT o, unnest(range(1, 2 + r(o, 21, 7))) AS n FROM range(%2$d) t(o)))))"""
            .formatted(200_000 * scale, 1_500_000 * scale));
    queries.put(
        "orders",
        """
        SELECT o // 8 * 32 + o %% 8 + 1 AS o_orderkey, 3 * r(o, 22, %1$d) + 1 + r(o, 23, 2) AS o_custkey,
          status AS o_orderstatus, total AS o_totalprice, DATE '1992-01-01' + r(o, 20, 2406)::INTEGER AS o_orderdate,
          one_of(o, 24, ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW']) AS o_orderpriority,
          printf('Clerk#%%09d', 1 + r(o, 25, %2$d)) AS o_clerk, 0 AS o_shippriority,
          CASE WHEN r(o, 26, 1000) < 11 THEN short_text(o, 27) || ' special ' || short_text(o, 28) || ' requests' ELSE text(o, 27) || ' '
            || short_text(o, 29) END AS o_comment
        FROM range(%3$d) t(o) JOIN (
          SELECT l_orderkey, sum(l_extendedprice * (1 - l_discount) * (1 + l_tax))::DECIMAL(15,2) AS total,
            CASE WHEN min(l_linestatus) = 'O' THEN 'O' WHEN max(l_linestatus) = 'F' THEN 'F' ELSE 'P' END AS status
          FROM f_lineitem.main GROUP BY l_orderkey) ON l_orderkey = o // 8 * 32 + o %% 8 + 1"""
            .formatted(50_000 * scale, 1_000 * scale, 1_500_000 * scale));
    return queries;
  }

  private static String list(String[] texts) {
    return Arrays.stream(texts).map(text -> "'" + text + "'").collect(Collectors.joining(", ", "[", "]"));
  }
}
