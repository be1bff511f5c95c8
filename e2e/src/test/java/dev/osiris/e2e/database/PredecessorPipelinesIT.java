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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Five pipelines with the steps, keys and values of those that the predecessor has among its
 * examples in {@code oml_version: 0.1.0}. Nothing is given to them but connections.
 */
@ExtendWith(LeakCheck.class)
class PredecessorPipelinesIT {

  private static final String DIRECTORS =
      """
      SELECT m.director_id, d.name, d.nationality, COUNT(*), COUNT(DISTINCT genre), MIN(release_year),
        MAX(release_year), ROUND(SUM(box_office_usd), 0)
      FROM movies m JOIN directors d ON m.director_id = d.director_id WHERE budget_usd IS NOT NULL
      GROUP BY m.director_id ORDER BY m.director_id
      """;

  @TempDir Path folder;
  private Project project;
  private Database movies;
  private Database supabase;
  private Cli cli;

  @BeforeEach
  void newServers() throws Exception {
    project = Project.in(folder);
    movies = MariaDbServer.shared().newDatabase();
    supabase = PostgresServer.shared().newDatabase();
    MariaDbServer.shared().runScript(movies, Files.readAllBytes(resource("movies.sql")));
    cli = MovieServers.connected(project, movies, supabase);
  }

  @AfterEach
  void dropServers() throws Exception {
    movies.close();
    supabase.close();
  }

  @ParameterizedTest
  @CsvSource({
    "mysql_duckdb_supabase_demo, director_stats_replace",
    "mysql_duckdb_supabase_debug, director_stats_replace",
    "mysql_duckdb_supabase_append, director_stats_append"
  })
  void directors_areAddedUpIntoSupabase(String pipeline, String table) throws Exception {
    run(pipeline);

    assertThat(
            MovieServers.rows(
                supabase,
                "SELECT director_id, director_name, director_nationality, movie_count, unique_genres,"
                    + " first_movie_year, latest_movie_year, total_box_office_usd::numeric(20) FROM "
                    + table
                    + " ORDER BY director_id"))
        .isEqualTo(MovieServers.rows(movies, DIRECTORS))
        .contains("é");
    assertThat(supabase.number("SELECT count(avg_roi_ratio) FROM " + table)).isEqualTo(11);
  }

  @Test
  void debugOutput_isWrittenBesides() throws Exception {
    run("mysql_duckdb_supabase_debug");

    assertThat(project.read("debug_out/mysql_extract.csv").lines())
        .hasSize(1 + (int) movies.number("SELECT COUNT(director_id) FROM movies"));
    assertThat(project.read("debug_out/duckdb_output.csv"))
        .isEqualTo(project.read("debug_out/final_output_to_supabase.csv"));
  }

  @Test
  void everyTable_isInSupabase_withItsRows() throws Exception {
    run("mysql_to_supabase_all_tables");

    for (String table : List.of("actors", "directors", "movie_actors", "movies", "reviews")) {
      String query = "SELECT * FROM " + table + " ORDER BY 1, 2";
      assertThat(MovieServers.rows(supabase, query))
          .as(table)
          .isEqualTo(MovieServers.rows(movies, query))
          .isNotEmpty();
    }
  }

  @Test
  void everyTable_isAFile_withItsRows() throws Exception {
    run("mysql_to_local_csv_all_tables");

    assertThat(project.read("output/directors.csv"))
        .startsWith("director_id,name,nationality\n1,Director 1 é,cz\n")
        .endsWith("\n12,Director 12 é,\n");
    assertThat(project.read("output/actors.csv")).contains("\n1,1950-02-28,\"Actor \"\"1\"\"\"\n");
    assertThat(project.read("output/movies.csv").lines()).hasSize(121);
    assertThat(project.read("output/movie_actors.csv").lines()).hasSize(121);
    assertThat(project.read("output/reviews.csv"))
        .startsWith("movie_id,rating,review,review_id,written_at\n")
        .contains("\n2,0.1,\"line one\nline 1\",1,2024-02-29 00:59:58\n");
  }

  private CliResult run(String name) throws IOException {
    Path pipeline = project.file(name + ".yaml", Files.readString(resource(name + ".yaml")));
    return cli.run(project.arguments(pipeline)).succeeded();
  }

  private static Path resource(String name) {
    return Installation.repository().resolve("e2e/src/test/resources/predecessor").resolve(name);
  }
}
