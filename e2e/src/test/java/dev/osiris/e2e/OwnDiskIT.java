package dev.osiris.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.osiris.e2e.harness.Installation;
import dev.osiris.e2e.harness.LeakCheck;
import dev.osiris.e2e.harness.cli.Cli;
import dev.osiris.e2e.harness.cli.CliResult;
import dev.osiris.e2e.harness.cli.Demo;
import dev.osiris.e2e.harness.cli.LibraryRun;
import dev.osiris.e2e.harness.cli.OwnDiskProvider;
import dev.osiris.e2e.harness.cli.Project;
import dev.osiris.e2e.harness.cli.RunRecord;
import dev.osiris.host.run.report.ReportJson;
import dev.osiris.host.run.report.RunReport;
import dev.osiris.host.run.report.RunStatus;
import dev.osiris.host.sandbox.SandboxProvider;
import dev.osiris.host.sandbox.process.ProcessSandboxProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker with a disk of its own: the same results, events and session directory as with one disk.
 */
@ExtendWith(LeakCheck.class)
class OwnDiskIT {

  private static final SandboxProvider SHARED =
      new ProcessSandboxProvider(Installation.javaHome(), Installation.workerHome(), true);

  @TempDir Path folder;
  private OwnDiskProvider own;

  @BeforeEach
  void newProvider() {
    own = new OwnDiskProvider(folder.resolve("workers"));
  }

  @Test
  void demo_isTheSame() throws Exception {
    Project shared = Demo.in(folder);
    Project apart = Demo.like(shared);
    RunReport expected = new LibraryRun(shared, SHARED).run(shared.path("pipeline.yaml"));
    RunReport report = new LibraryRun(apart, own).run(apart.path("pipeline.yaml"));

    assertThat(report.status()).as(report.toString()).isEqualTo(RunStatus.SUCCEEDED);
    same(report, apart, expected, shared);
    assertThat(report.steps())
        .allSatisfy(step -> assertThat(step.metrics().peakRssBytes()).isPositive());
    assertThat(LibraryRun.step(report, "výsledek").metrics().duckdbPeakBytes()).isPositive();
    assertThat(LibraryRun.step(report, "výsledek").metrics().duckdbSpilledBytes()).isZero();
    String root = apart.sessions().toString();
    CliResult query =
        new Cli()
            .run(
                "query",
                "run",
                "SELECT count(*) AS n FROM \"people\".\"actors\"",
                "--session-root",
                root);
    assertThat(query.exit()).as(query.stderr()).isZero();
    assertThat(new Cli().run("sessions", "show", "run", "--session-root", root).stdout())
        .contains("succeeded", "výsledek", "RSS", "SPILLED")
        .containsPattern("[0-9.]+ MiB +[0-9.]+ MiB +0[.]0 MiB");
  }

  @Test
  void globs_linksAndDetours_areTheSame() throws Exception {
    String steps =
        """
        - {id: many, component: filesystem.csv_extractor, config: {path: "in/**.csv"}}
        - {id: detour, component: filesystem.csv_extractor, needs: [], config: {path: "out/../in/a.csv"}}
        - {id: outside, component: filesystem.csv_extractor, needs: [], config: {path: "../granted/link.csv"}}
        - {id: write, component: filesystem.csv_writer, needs: [many], config: {path: out/deep/er/all.csv}}
        - {id: again, component: filesystem.csv_extractor, needs: [write], config: {path: "out/deep/*/*.csv"}}
        - {id: parquet, component: filesystem.parquet_writer, needs: [again], config: {path: all.parquet}}
        """;
    Project shared = tables();
    Project apart = tables();
    RunReport expected =
        new LibraryRun(shared, SHARED).reading(granted(shared)).run(shared.pipeline(steps));
    RunReport report =
        new LibraryRun(apart, own).reading(granted(apart)).run(apart.pipeline(steps));

    assertThat(report.status()).as(report.toString()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(LibraryRun.step(report, "many").outputs().rows()).isEqualTo(3);
    same(report, apart, expected, shared);
    assertThat(apart.path("all.parquet")).hasSameBinaryContentAs(shared.path("all.parquet"));
    assertThat(apart.read("out/deep/er/all.csv")).isEqualTo(shared.read("out/deep/er/all.csv"));
    assertThat(own.disk(1).resolve("run/.tmp")).doesNotExist();
  }

  private static Project tables(Path parent) {
    Project project = Project.in(parent);
    project.file("in/a.csv", "id,text\n1,one\n");
    project.file("in/sub/b.csv", "id,text\n2,two\n3,three\n");
    return project;
  }

  private Project tables() throws IOException {
    Project project = tables(folder);
    Files.createDirectories(granted(project));
    Files.writeString(granted(project).resolve("g.csv"), "id\n7\n");
    Files.createSymbolicLink(granted(project).resolve("link.csv"), Path.of("g.csv"));
    Files.createDirectories(project.path("out"));
    return project;
  }

  private static Path granted(Project project) {
    return project.folder().resolveSibling("granted");
  }

  private static void same(RunReport report, Project project, RunReport expected, Project other)
      throws IOException {
    assertThat(RunRecord.of(ReportJson.of(report), report.sessionDir(), project))
        .isEqualTo(RunRecord.of(ReportJson.of(expected), expected.sessionDir(), other));
  }
}
