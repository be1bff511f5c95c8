package dev.osiris.host.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.host.config.SettingException;
import dev.osiris.host.config.SettingProblem;
import dev.osiris.step.ConnectionSpec;
import dev.osiris.unit.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionResolverTest {

  private static final Map<String, String> VARIABLES =
      Map.ofEntries(
          Map.entry("PW", "p@ss/w:rd"),
          Map.entry("PORT", "6543"),
          Map.entry("BAD_PORT", "70000"),
          Map.entry("EMPTY", ""),
          Map.entry(
              "DSN",
              "postgresql://me:p%40ss%2Fw%3Ard@db.example:6543/shop?sslmode=require&connect_timeout=3"),
          Map.entry("ENCODED", "p%40ss%2Fw%3Ard"),
          Map.entry("HUNTER", "postgresql://me:hunter2@/db"),
          Map.entry("BROKEN", "postgresql://me:12/hunter2@h/db"),
          Map.entry("BROKEN_TOO", "postgresql://me:12?hunter2@h/db"));

  private static final String NO_SERVER =
      "3: field 'dsn' does not say host and port as 'host:port'; in user and password write the"
          + " characters : / ? # @ % as %3A %2F %3F %23 %40 %25";

  @TempDir private Path folder;

  @Test
  void postgres_hasItsDefaults() throws IOException {
    ConnectionSpec spec =
        resolve(
            "postgres",
            "{host: h, database: d, username: u, password: \"${PW}\", port: \"${PORT}\"}");

    assertThat(spec.fields())
        .containsOnly(
            Map.entry("host", "h"),
            Map.entry("port", "6543"),
            Map.entry("database", "d"),
            Map.entry("user", "u"),
            Map.entry("schema", "public"),
            Map.entry("sslmode", "prefer"),
            Map.entry("connect_timeout", "10s"),
            Map.entry("application_name", "osiris"));
    assertThat(spec.secrets()).isEqualTo(Map.of("password", Secret.of("p@ss/w:rd")));
    assertThat(spec.toString()).doesNotContain("p@ss");
  }

  @ParameterizedTest
  @MethodSource
  void address_isTakenApart(String family, String fields, String expected) throws IOException {
    ConnectionSpec spec = resolve(family, fields);

    Map<String, String> got = spec.fields();
    String secret =
        spec.secrets().containsKey("password") ? spec.secrets().get("password").reveal() : "-";
    assertThat(
            String.join(
                " ",
                got.get("host"),
                got.get("port"),
                got.get("database"),
                got.get("user"),
                secret,
                got.getOrDefault("sslmode", got.get("ssl_mode")),
                got.get("connect_timeout")))
        .isEqualTo(expected);
    assertThat(spec.secrets()).doesNotContainKey("dsn");
    assertThat(got.toString()).doesNotContain("p@ss", "p%40");
  }

  static Stream<Arguments> address_isTakenApart() {
    return Stream.of(
        Arguments.of(
            "postgres", "{dsn: \"${DSN}\"}", "db.example 6543 shop me p@ss/w:rd require 3s"),
        Arguments.of(
            "postgres",
            "{dsn: \"postgres://me:${ENCODED}@[::1]/a%20b\"}",
            "::1 5432 a b me p@ss/w:rd prefer 10s"),
        Arguments.of(
            "postgres",
            "{dsn: \"postgresql://me@h/d\", password: \"${PW}\", sslmode: disable}",
            "h 5432 d me p@ss/w:rd disable 10s"),
        Arguments.of(
            "mysql",
            "{dsn: \"mysql+pymysql://me:a+${ENCODED}@h/d?charset=utf8\"}",
            "h 3306 d me a+p@ss/w:rd preferred 10s"),
        Arguments.of(
            "mysql", "{dsn: \"mariadb://me@h:1/d?ssl_mode=REQUIRED\"}", "h 1 d me - REQUIRED 10s"),
        Arguments.of(
            "supabase",
            "{pg_dsn: \"${DSN}\", url: x, key: \"${NOT_SET}\"}",
            "db.example 6543 shop me p@ss/w:rd require 3s"),
        Arguments.of(
            "supabase",
            "{pg_host: h, pg_password: \"${PW}\"}",
            "h 5432 postgres postgres p@ss/w:rd require 10s"));
  }

  @Test
  void files_travelAsText_andVerificationIsOnOnceAnAuthorityIsGiven() throws IOException {
    Files.writeString(folder.resolve("ca.pem"), "CA");
    Files.writeString(folder.resolve("key.pem"), "KEY");

    ConnectionSpec spec =
        resolve(
            "postgres",
            "{host: h, database: d, user: u, sslrootcert: ca.pem, sslkey: ./key.pem, sslcert_pem: C,"
                + " statement_timeout: 90s, options: {work_mem: \"${MEM:-4MB}\"}}");

    assertThat(spec.fields())
        .containsEntry("sslrootcert_pem", "CA")
        .containsEntry("sslcert_pem", "C")
        .containsEntry("sslmode", "verify-full")
        .containsEntry("statement_timeout", "90s")
        .containsEntry("options.work_mem", "4MB")
        .doesNotContainKeys("sslrootcert", "sslkey", "sslkey_pem");
    assertThat(spec.secrets()).isEqualTo(Map.of("sslkey_pem", Secret.of("KEY")));
  }

  @ParameterizedTest
  @MethodSource
  void problems_nameFileLineConnectionAndField(String family, String fields, List<String> expected)
      throws IOException {
    SettingException refused =
        catchThrowableOfType(SettingException.class, () -> resolve(family, fields));

    assertThat(refused.problems())
        .extracting(SettingProblem::source)
        .containsOnly(folder.resolve("c.yaml").toString());
    assertThat(refused.problems())
        .extracting(problem -> problem.at().line() + ": " + problem.message())
        .containsExactlyElementsOf(
            expected.stream()
                .map(text -> text.replaceFirst(" ", " connection '@" + family + ".main': "))
                .toList());
    assertThat(refused).hasMessageNotContaining("hunter2");
  }

  static Stream<Arguments> problems_nameFileLineConnectionAndField() {
    return Stream.of(
        problem(
            "postgres",
            "{host: \"${A}.${B}\",\n password: \"${EMPTY}\",\n port: x}",
            "3: field 'host' needs the environment variable A and B, which is not set; set it, put"
                + " it into .env, or write '${A:-fallback}'",
            "4: field 'password' needs the environment variable EMPTY, which is not set; set it, put"
                + " it into .env, or write '${EMPTY:-fallback}'",
            "5: field 'port' must be a whole number",
            "3: field 'database' is required: Database to open.",
            "3: field 'user' is required: Role to log in as."),
        problem(
            "postgres",
            "{port: \"${BAD_PORT}\"}",
            "3: has no 'dsn' and no 'host'. Write 'dsn' with the whole address, or 'host' with"
                + " 'database', 'user' and 'password'.",
            "3: field 'port' must be at most 65535"),
        problem(
            "postgres",
            "{host: h, dsn: \"${DSN}\"}",
            "3: has 'dsn' and 'host', which exclude each other; give only one",
            "3: 'host' is also in 'dsn'; keep one of them"),
        problem("postgres", "{dsn: \"${HUNTER}\"}", "3: field 'dsn' has no host"),
        problem("postgres", "{dsn: \"${BROKEN}\"}", NO_SERVER),
        problem("postgres", "{dsn: \"${BROKEN_TOO}\"}", NO_SERVER),
        problem(
            "postgres",
            "{dsn: \"postgresql://${ENCODED}:${PW}@h/db\"}",
            "3: field 'dsn' takes user or password from a variable; write the characters : / ? # @ %"
                + " as %3A %2F %3F %23 %40 %25 in its value, or give it in a field of its own"),
        problem("postgres", "{dsn: \"postgresql://u@h:port/db\"}", NO_SERVER),
        problem(
            "postgres",
            "{dsn: \"mysql://h/db\"}",
            "3: field 'dsn' is not an address such as postgresql://user:password@host/database;"
                + " in user and password write the characters : / ? # @ % as %3A %2F %3F %23 %40"
                + " %25"),
        problem(
            "postgres",
            "{dsn: \"postgresql://u@h/db?sslmod=require\"}",
            "3: field 'dsn' has the parameter 'sslmod', which is no field of the family postgres;"
                + " did you mean 'sslmode'?"),
        problem(
            "postgres",
            "{dsn: \"postgresql://u@h/db?password=hunter2\"}",
            "3: field 'dsn' has the parameter 'password'; write it as a field of the connection"),
        problem(
            "postgres",
            "{dsn: \"postgresql://u@a,b/db\"}",
            "3: field 'dsn' names several hosts; give one connection for each"),
        problem(
            "postgres",
            "{dsn: \"postgresql://u%4@h/db\"}",
            "3: field 'dsn' has a '%' without two hexadecimal digits behind it; write %25 for the"
                + " sign itself"),
        problem(
            "postgres",
            "{dsn: \"postgresql://h/db?sslmode=on\"}",
            "3: field 'sslmode' must be one of disable, allow, prefer, require, verify-ca,"
                + " verify-full",
            "3: field 'user' is required: Role to log in as."),
        problem(
            "postgres",
            "{host: h, database: d, user: u, sslrootcert: none.pem}",
            "3: field 'sslrootcert' names the file 'none.pem', which cannot be read"),
        problem(
            "supabase",
            "{url: https://x.supabase.co, key: \"${K}\"}",
            "3: has no 'dsn' and no 'host'. Rows travel by PostgreSQL's own protocol and not by the"
                + " project's web interface, so 'url' and 'key' are not enough. Write the connection"
                + " string of the project's database settings as 'pg_dsn: \"${SUPABASE_PG_DSN}\"',"
                + " or 'pg_host' with 'pg_user' and 'pg_password'."),
        problem(
            "filesystem",
            "{base_dir: [x]}",
            "3: field 'base_dir' must be a single value, and is a list"));
  }

  private static Arguments problem(String family, String fields, String... expected) {
    return Arguments.of(family, fields, List.of(expected));
  }

  @Test
  void baseDir_isRelativeToTheFile() throws IOException {
    assertThat(
            resolver("filesystem", "{base_dir: \"./data/${EMPTY:-x}\"}").baseDir(ref("filesystem")))
        .isEqualTo(folder.resolve("data/x"));
  }

  private ConnectionSpec resolve(String family, String fields) throws IOException {
    return resolver(family, fields).resolve(ref(family), Map.of());
  }

  private static ConnectionRef ref(String family) {
    return new ConnectionRef(family, "main");
  }

  private ConnectionResolver resolver(String family, String fields) throws IOException {
    Path file = folder.resolve("c.yaml");
    Files.writeString(
        file,
        "connections:\n  " + family + ":\n    main: " + fields.replace("\n", "\n      ") + "\n");
    return new ConnectionResolver(
        ConnectionsFile.read(file, BundledFamilies.ALL, new Variables(VARIABLES)));
  }
}
