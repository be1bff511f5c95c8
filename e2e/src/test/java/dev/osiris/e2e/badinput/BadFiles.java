package dev.osiris.e2e.badinput;

import static dev.osiris.e2e.badinput.BadRun.steps;

import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.cli.Tmpfs;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Files that cannot be read or written. */
final class BadFiles {

  private static final String READ =
      "- {id: read, component: filesystem.csv_extractor, config: {path: in.csv}}";

  private BadFiles() {}

  static Stream<BadRun> all() {
    return Stream.concat(Stream.concat(contents(), reading()), writing());
  }

  private static Stream<BadRun> contents() {
    return Stream.of(
        csv(
            "CSV with a line of too many fields",
            "file_malformed",
            List.of("in.csv", "on_bad_lines"),
            "a,b\n1,2\n3,4,5\n"),
        csv(
            "CSV with a quote that is never closed",
            "file_malformed",
            List.of("in.csv"),
            "a,b\n1,\"2\n3,4\n"),
        new BadRun(
            "CSV that is not in its encoding",
            1,
            "encoding_invalid",
            List.of("in.csv", "encoding"),
            project -> {
              project.file("in.csv", new byte[] {'a', '\n', (byte) 0xFF, (byte) 0xC3, '\n'});
              return steps(project, READ);
            }),
        csv("CSV without a byte", "file_empty", List.of("in.csv"), ""),
        new BadRun(
            "CSV with a value that does not fit its declared type",
            1,
            "value_invalid",
            List.of("in.csv", "'b'", "INTEGER"),
            project -> {
              project.file("in.csv", "a,b\n1,2\n3,x\n");
              return steps(
                  project,
                  "- {id: read, component: filesystem.csv_extractor, config: {path: in.csv, dtype: {b: INTEGER}}}");
            }),
        new BadRun(
            "CSV without a column that was asked for",
            1,
            "column_unknown",
            List.of("in.csv", "nmae", "name"),
            project -> {
              project.file("in.csv", "id,name\n1,x\n");
              return steps(
                  project,
                  "- {id: read, component: filesystem.csv_extractor, config: {path: in.csv, columns: [id, nmae]}}");
            }),
        new BadRun(
            "gzip file that breaks off",
            1,
            "file_malformed",
            List.of("in.csv.gz"),
            project -> {
              byte[] whole = gzip("a,b\n" + "1,2\n".repeat(20_000));
              project.file("in.csv.gz", Arrays.copyOf(whole, whole.length / 2));
              return steps(
                  project,
                  "- {id: read, component: filesystem.csv_extractor, config: {path: in.csv.gz}}");
            }),
        new BadRun(
            "Parquet file that is none",
            1,
            "file_malformed",
            List.of("in.parquet"),
            project -> {
              project.file("in.parquet", "this is no Parquet file");
              return steps(
                  project,
                  "- {id: read, component: filesystem.parquet_extractor, config: {path: in.parquet}}");
            }));
  }

  private static Stream<BadRun> reading() {
    return Stream.of(
        new BadRun(
            "file that does not exist",
            1,
            "file_not_found",
            List.of("in.csv"),
            project -> steps(project, READ)),
        new BadRun(
            "pattern that matches no file",
            1,
            "file_not_found",
            List.of("months/*.csv"),
            project ->
                steps(
                    project,
                    "- {id: read, component: filesystem.csv_extractor, config: {path: 'months/*.csv'}}")),
        new BadRun(
            "folder in place of a file",
            1,
            "file_unreadable",
            List.of("in.csv"),
            project -> {
              Files.createDirectory(project.path("in.csv"));
              return steps(project, READ);
            }),
        new BadRun(
            "path to read that leads out of the project",
            1,
            "path_refused",
            List.of("../secret.csv", "--allow-read"),
            project -> {
              Files.writeString(project.folder().resolveSibling("secret.csv"), "a\n1\n");
              return steps(
                  project,
                  "- {id: read, component: filesystem.csv_extractor, config: {path: ../secret.csv}}");
            }),
        new BadRun(
            "link that leads out of the project",
            1,
            "path_refused",
            List.of("in.csv", "--allow-read"),
            project -> {
              Path secret =
                  Files.writeString(project.folder().resolveSibling("secret.csv"), "a\n1\n");
              Files.createSymbolicLink(project.path("in.csv"), secret);
              return steps(project, READ);
            }));
  }

  private static Stream<BadRun> writing() {
    return Stream.of(
        write(
            "path to write that leads out of the project",
            "path_refused",
            List.of("../out.csv", "--allow-write"),
            "../out.csv",
            project -> {}),
        write(
            "link to write through that leads out of the project",
            "path_refused",
            List.of("linked/out.csv", "--allow-write"),
            "linked/out.csv",
            project ->
                Files.createSymbolicLink(
                    project.path("linked"),
                    Files.createDirectory(project.folder().resolveSibling("elsewhere")))),
        new BadRun(
            "path to write inside the session root",
            1,
            "path_refused",
            List.of("../sessions/x.csv", "session root"),
            project ->
                steps(
                    project,
                    """
                    - {id: made, component: duckdb.processor, config: {query: SELECT 1 AS n}}
                    - {id: write, component: filesystem.csv_writer, config: {path: ../sessions/x.csv}}
                    """,
                    "--allow-write",
                    Files.createDirectories(project.sessions()).toString())),
        write(
            "target that is a folder",
            "file_unwritable",
            List.of("out.csv"),
            "out.csv",
            project -> Files.createDirectory(project.path("out.csv"))),
        write(
            "target below a file",
            "file_unwritable",
            List.of("plain/out.csv"),
            "plain/out.csv",
            project -> project.file("plain", "a file")),
        new BadRun(
            "disk that is full",
            1,
            "disk_full",
            List.of("write", "free"),
            project -> {
              Path small = Tmpfs.mount(project.path("small"), "4m");
              return steps(
                  project,
                  """
                  - {id: made, component: duckdb.processor, config: {query: "SELECT range AS n, repeat('x', 100) AS t FROM range(200000)"}}
                  - {id: write, component: filesystem.csv_writer, config: {path: small/out.csv}}
                  """,
                  "--allow-write",
                  small.toString());
            }));
  }

  private static BadRun csv(String name, String code, List<String> named, String content) {
    return new BadRun(
        name,
        1,
        code,
        named,
        project -> {
          project.file("in.csv", content);
          return steps(project, READ);
        });
  }

  /** Makes what stands in the way of a writer. */
  private interface Obstacle {
    void in(Project project) throws Exception;
  }

  private static BadRun write(
      String name, String code, List<String> named, String path, Obstacle obstacle) {
    return new BadRun(
        name,
        1,
        code,
        named,
        project -> {
          obstacle.in(project);
          return steps(
              project,
              """
              - {id: made, component: duckdb.processor, config: {query: SELECT 1 AS n}}
              - {id: write, component: filesystem.csv_writer, config: {path: %s}}
              """
                  .formatted(path));
        });
  }

  private static byte[] gzip(String text) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
