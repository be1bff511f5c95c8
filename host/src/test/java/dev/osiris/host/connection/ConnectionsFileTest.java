package dev.osiris.host.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.osiris.host.config.SettingException;
import dev.osiris.host.config.SettingProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionsFileTest {

  @TempDir private Path folder;

  @Test
  void defaultAlias_isTheOneCalledSo_whenNoneIsFlagged() throws IOException {
    assertThat(
            read("connections: {filesystem: {a: {base_dir: x}, default: {base_dir: y}}}\n")
                .defaultAlias("filesystem"))
        .contains("default");
    assertThat(read("connections: {filesystem: {a: {base_dir: x}}}\n").defaultAlias("filesystem"))
        .isEmpty();
  }

  @Test
  void connections_areListed_alsoOfFamiliesThatNobodyKnows() throws IOException {
    ConnectionsFile connections =
        read(
            """
            version: 1
            connections:
              filesystem:
                a: {base_dir: ./data}
                c: {base_dir: ".", default: true, description: c}
              posthog:
                shop: {default: true, anything: {at: all}}
            """);

    assertThat(connections.all())
        .extracting(ConnectionRef::toString)
        .containsExactly("@filesystem.a", "@filesystem.c", "@posthog.shop");
    assertThat(connections.aliases("posthog")).containsExactly("shop");
    assertThat(connections.aliases("postgres")).isEmpty();
    assertThat(connections.defaultAlias("filesystem")).contains("c");
  }

  @Test
  void problems_areReportedAtOnce_withTheirLines() {
    SettingException refused =
        catchThrowableOfType(
            SettingException.class,
            () ->
                read(
                    """
                    version: 2
                    conections: {}
                    connections:
                      mysql: [shop]
                      filesystem:
                        a: {basedir: x, default: true}
                        b: {base_dir: x, default: 1}
                        c: text
                        d.e: {default: true}
                      postgres:
                        main:
                          host: h
                          frobnicate: 1
                          pasword: "${PW}"
                          password: hunter2
                          user: a
                          username: b
                          sslkey_pem: {a: b}
                          dsn: postgresql://me:hunter2@h/db
                      supabase:
                        main: {pg_dsn: "postgresql://me@h/db", key: literal, pg_password: }
                        other: {pg_dsn: "postgresql://me:${PW}@h/db", service_role_key: "${K}"}
                    """));

    String file = folder.resolve("c.yaml").toString();
    assertThat(refused.problems().stream().map(SettingProblem::toString))
        .containsExactly(
            file + ":2:1: key 'conections' is not known; did you mean 'connections'?",
            file + ":1:10: 'version' must be a whole number from 1 to 1",
            file + ":4:3: 'mysql' must be a map, and is a list",
            file
                + ":6:9: connection '@filesystem.a': field 'basedir' is not known; did you mean"
                + " 'base_dir'?",
            file + ":7:31: 'default' must be true or false",
            file + ":8:5: 'c' must be a map, and is a text",
            file + ":9:5: the name of a connection has only letters, digits, '_' and '-'",
            file + ":6:5: only one connection can be the default, and these are: a, d.e",
            file
                + ":13:7: connection '@postgres.main': field 'frobnicate' is not known; the family"
                + " postgres has dsn, host, port, database, user, password, schema, sslmode,"
                + " sslrootcert, sslrootcert_pem, sslcert, sslcert_pem, sslkey, sslkey_pem,"
                + " connect_timeout, statement_timeout, application_name, options",
            file
                + ":14:7: connection '@postgres.main': field 'pasword' is not known; did you mean"
                + " 'password'?",
            file + ":15:7: " + secret("postgres", "password"),
            file
                + ":17:7: connection '@postgres.main': field 'username' is the same as 'user'; keep"
                + " one",
            file + ":18:7: " + secret("postgres", "sslkey_pem"),
            file + ":19:7: " + secret("postgres", "dsn"),
            file + ":21:44: " + secret("supabase", "key"));
    assertThat(refused).hasMessageNotContaining("hunter2").hasMessageNotContaining("literal");
  }

  private static String secret(String family, String field) {
    String variable = (family + "_main_" + field).toUpperCase(Locale.ROOT);
    return "connection '@"
        + family
        + ".main': field '"
        + field
        + "' is a secret and may not stand in this file; write '"
        + field
        + ": \"${"
        + variable
        + "}\"' and set that variable, or put it into .env";
  }

  private ConnectionsFile read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), text);
    return ConnectionsFile.read(file, BundledFamilies.ALL, new Variables(Map.of()));
  }
}
