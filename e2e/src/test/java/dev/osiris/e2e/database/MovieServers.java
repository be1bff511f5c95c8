package dev.osiris.e2e.database;

import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.database.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The two servers of pipelines that name {@code @mysql.db_movies} and {@code @supabase.main}. */
final class MovieServers {

  private MovieServers() {}

  /** Writes the connections of a project. Returns the command line that knows their passwords. */
  static Cli connected(Project project, Database movies, Database supabase) {
    project.file(
        "osiris_connections.yaml",
        """
        version: 1
        connections:
          mysql:
            db_movies: {default: true, host: %s, port: %d, database: %s, user: %s, password: "${MYSQL_PASSWORD}"}
          supabase:
            main: {default: true, pg_dsn: "${SUPABASE_PG_DSN}"}
        """
            .formatted(
                movies.server().address().host(),
                movies.server().address().port(),
                movies.name(),
                movies.user()));
    return new Cli()
        .in(project.folder())
        .with("MYSQL_PASSWORD", movies.password())
        .with(
            "SUPABASE_PG_DSN",
            "postgresql://%s:%s@%s/%s?sslmode=require"
                .formatted(
                    supabase.user(),
                    supabase.password(),
                    supabase.server().address(),
                    supabase.name()));
  }

  /** The rows of a query, one a line, as the server's library writes them. */
  static String rows(Database database, String query) throws SQLException {
    StringBuilder lines = new StringBuilder();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int column = 1; column <= columns; column++) {
          lines.append(rows.getString(column)).append(column == columns ? "\n" : "|");
        }
      }
    }
    return lines.toString();
  }
}
