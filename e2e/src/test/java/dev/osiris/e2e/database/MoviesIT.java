package dev.osiris.e2e.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Installation;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.database.Database;
import dev.osiris.e2e.harness.database.MariaDbServer;
import dev.osiris.e2e.harness.database.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pipeline of {@code examples/movies-to-supabase}, as it stands there, on servers of a test.
 */
@ExtendWith(LeakCheck.class)
class MoviesIT {

  private static final Path EXAMPLE =
      Installation.repository().resolve("examples/movies-to-supabase");

  @TempDir Path folder;

  @Test
  void pipeline_fillsBothTables_andAgainWithoutChange() throws Exception {
    try (Database movies = MariaDbServer.shared().newDatabase();
        Database supabase = PostgresServer.shared().newDatabase()) {
      MariaDbServer.shared()
          .runScript(movies, Files.readAllBytes(EXAMPLE.resolve("init/db_movies.sql")));
      Project project = Project.in(folder);
      Path pipeline =
          project.file("pipeline.yaml", Files.readString(EXAMPLE.resolve("pipeline.yaml")));
      Cli cli = MovieServers.connected(project, movies, supabase);

      CliResult first = cli.run(project.arguments(pipeline)).succeeded();
      String statistics = director(supabase);
      String rated = rated(supabase);

      assertThat(first.step("extract-movies").path("outputs").path("rows").asInt())
          .isEqualTo(
              (int) movies.number("SELECT COUNT(*) FROM movies WHERE released >= '1980-01-01'"));
      assertThat(statistics)
          .isEqualTo(
              MovieServers.rows(
                  movies,
                  """
                  SELECT d.id, d.name, d.country, COUNT(m.id), MIN(m.released), MAX(m.released),
                    SUM(m.gross), SUM(m.gross - m.budget), COUNT(m.rating) > 0
                  FROM directors d LEFT JOIN movies m ON m.director_id = d.id AND m.released >= '1980-01-01'
                  GROUP BY d.id ORDER BY d.id
                  """));
      assertThat(statistics.lines()).hasSize(36);
      assertThat(rated)
          .isEqualTo(
              MovieServers.rows(
                  movies,
                  """
                  SELECT m.id, m.title, d.name, m.genre, m.released, m.rating
                  FROM movies m JOIN directors d ON m.director_id = d.id
                  WHERE m.rating IS NOT NULL AND m.released >= '1980-01-01' ORDER BY m.id
                  """))
          .contains("🎬", "夜", "山口");

      movies.execute("UPDATE movies SET gross = gross + 1 WHERE id = 300");
      supabase.execute("INSERT INTO director_stats (director_id, name) VALUES (99, 'gone')");
      supabase.execute("INSERT INTO rated_movies (movie_id, title) VALUES (999, 'kept')");
      cli.run(project.arguments(pipeline)).succeeded();

      assertThat(director(supabase)).isNotEqualTo(statistics).doesNotContain("gone");
      assertThat(rated(supabase)).isEqualTo(rated + "999|kept|null|null|null|null\n");
    }
  }

  @Test
  void whatWasWritten_isReadBackFromSupabase_asFoundThere() throws Exception {
    try (Database movies = MariaDbServer.shared().newDatabase();
        Database supabase = PostgresServer.shared().newDatabase()) {
      supabase.execute(
          "CREATE TABLE rated_movies (movie_id int PRIMARY KEY, title text, rating numeric(3,1))",
          "INSERT INTO rated_movies SELECT n, 'Ž ' || n, n / 10.0 FROM generate_series(1, 50) n");
      Project project = Project.in(folder);
      Cli cli = MovieServers.connected(project, movies, supabase);
      Path pipeline =
          project.pipeline(
              """
              - {id: found, component: supabase.extractor, mode: discover, needs: []}
              - id: best
                component: supabase.extractor
                needs: []
                config: {table: rated_movies, columns: [title, rating], where: rating > 4.8, limit: 10}
              - {id: again, component: supabase.writer, needs: [best], config: {table: best, mode: append, create_table: true}}
              """);

      CliResult result = cli.run(project.arguments(pipeline)).succeeded();

      assertThat(result.step("found").path("driver").asText()).isEqualTo("supabase.discover");
      assertThat(result.step("found").path("outputs").path("tables").has("keys")).isTrue();
      assertThat(MovieServers.rows(supabase, "SELECT * FROM best ORDER BY rating"))
          .isEqualTo("Ž 49|4.9\nŽ 50|5.0\n");
    }
  }

  private static String director(Database supabase) throws Exception {
    return MovieServers.rows(
        supabase,
        "SELECT director_id, name, country, movies, first_release, last_release, gross, profit,"
            + " (rating IS NOT NULL)::int FROM director_stats ORDER BY director_id");
  }

  private static String rated(Database supabase) throws Exception {
    return MovieServers.rows(
        supabase,
        "SELECT movie_id, title, director, genre, released, rating FROM rated_movies ORDER BY movie_id");
  }
}
