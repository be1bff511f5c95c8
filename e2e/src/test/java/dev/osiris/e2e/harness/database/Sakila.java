package dev.osiris.e2e.harness.database;

import dev.osiris.e2e.harness.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * The sample database Sakila, a shop that rents films, from the folder {@code shared} beside the
 * project. Where that folder is not, the test is aborted.
 */
public final class Sakila {

  /** The rows of its base tables, on both servers; MariaDB has also {@code film_text}. */
  public static final Map<String, Long> ROWS =
      Map.ofEntries(
          Map.entry("actor", 200L),
          Map.entry("address", 603L),
          Map.entry("category", 16L),
          Map.entry("city", 600L),
          Map.entry("country", 109L),
          Map.entry("customer", 599L),
          Map.entry("film", 1000L),
          Map.entry("film_actor", 5462L),
          Map.entry("film_category", 1000L),
          Map.entry("inventory", 4581L),
          Map.entry("language", 6L),
          Map.entry("payment", 16049L),
          Map.entry("rental", 16044L),
          Map.entry("staff", 2L),
          Map.entry("store", 2L));

  private static final Pattern OWN_SCHEMA =
      Pattern.compile("^(?:DROP SCHEMA|CREATE SCHEMA|USE) .*$", Pattern.MULTILINE);
  private static final Pattern QUALIFIED = Pattern.compile("\\bsakila\\.(?=\\w)");
  private static final Pattern OWNER = Pattern.compile("OWNER TO postgres;");

  private Sakila() {}

  /** Loads schema and data into an empty database, whose user may read and write all of it. */
  public static void load(Database database) {
    switch (database.server()) {
      case PostgresServer server -> {
        String owned =
            OWNER
                .matcher(read("postgres-schema.sql"))
                .replaceAll("OWNER TO " + database.user() + ";");
        server.runScript(database, bytes(owned));
        server.runScript(database, bytes(read("postgres-data.sql")));
      }
      case MariaDbServer server -> {
        // Not into a schema of the script's choice.
        String schema = OWN_SCHEMA.matcher(read("mysql-schema.sql")).replaceAll("");
        server.runScript(database, bytes(QUALIFIED.matcher(schema).replaceAll("")));
        String data = OWN_SCHEMA.matcher(read("mysql-data.sql")).replaceAll("");
        server.runScript(database, bytes(data));
      }
    }
  }

  private static String read(String name) {
    Path file = Installation.repository().resolveSibling("shared/data/sakila").resolve(name);
    Assumptions.assumeTrue(
        Files.isReadable(file), () -> "there is no ../shared/data/sakila/" + name);
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
