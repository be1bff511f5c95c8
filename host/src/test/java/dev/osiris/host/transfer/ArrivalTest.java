package dev.osiris.host.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.grant.GrantedPaths;
import dev.osiris.host.run.store.SessionFolder;
import dev.osiris.host.session.FakeFiles;
import dev.osiris.host.session.FileClient;
import dev.osiris.host.session.TransferFailed;
import dev.osiris.session.Grant;
import dev.osiris.session.SessionId;
import dev.osiris.step.OutputFile;
import dev.osiris.step.StepId;
import dev.osiris.step.StepOutputs;
import dev.osiris.step.StepSpec;
import dev.osiris.step.Written;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker says that it has written and published is not believed. */
class ArrivalTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
  private static final StepId STEP = new StepId("write");

  @TempDir Path folder;
  private Path project;
  private SessionFolder session;
  private FakeFiles worker;
  private FileClient client;
  private Targets targets;
  private Mirror mirror;

  @BeforeEach
  void start() throws Exception {
    project = Files.createDirectory(folder.toRealPath().resolve("project"));
    session =
        SessionFolder.create(
            folder.resolve("sessions"), new SessionId("run"), InstantSource.system());
    worker = new FakeFiles();
    client = worker.client();
    TransferNotes notes = new TransferNotes(note -> {}, System::nanoTime);
    GrantedPaths paths =
        new GrantedPaths(
            project,
            List.of(new Grant(project.toString(), true)),
            session.path().resolveSibling("."));
    ByteSize most = ByteSize.ofMiB(1);
    targets =
        new Targets(
            client,
            paths,
            new Inputs(client, paths, file -> false, notes),
            new ResultOwner(List.of(new Grant(project.toString(), true))),
            most,
            notes);
    mirror = new Mirror(client, session, most, notes);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    worker.close();
    session.close();
  }

  private static StepSpec step() {
    return new StepSpec(
        STEP,
        "1",
        "any.writer",
        Map.of(),
        Map.of(),
        null,
        new StepSpec.Resources(null, null),
        null,
        null);
  }

  private void fetch(String target, long bytes) throws Exception {
    worker.put(target, CONTENT);
    targets.fetch(step(), new Written(target, 1, bytes), List.of("out/asked.csv"));
  }

  private List<Path> files(Path below) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(Files::isRegularFile).map(below::relativize).toList();
    }
  }

  @Test
  void target_arrives_whenItWasAskedFor() throws Exception {
    fetch(project.resolve("out/asked.csv").toString(), CONTENT.length);

    assertThat(project.resolve("out/asked.csv")).hasBinaryContent(CONTENT);
    assertThat(files(project)).hasSize(1);
  }

  @Test
  void target_isRefused_whenItIsAnother_andNothingIsWritten() throws Exception {
    Files.createSymbolicLink(project.resolve("link"), folder.toRealPath());
    for (String lie :
        List.of(
            project.resolve("pipeline.yaml").toString(),
            project.resolve("out/asked.csv.bak").toString(),
            project + "/out/../osiris.yaml",
            project + "/out/../../escaped",
            project + "/link/escaped",
            folder.toRealPath().resolve("escaped").toString(),
            session.path().resolve("manifest.yaml").toString(),
            "/etc/osiris-escaped")) {
      assertThatExceptionOfType(StepException.class)
          .as(lie)
          .isThrownBy(() -> fetch(lie, CONTENT.length))
          .satisfies(
              refused -> assertThat(refused.failure().code()).isEqualTo(FailureCode.PATH_REFUSED));
    }
    assertThat(files(project)).isEmpty();
    assertThat(folder.resolve("escaped")).doesNotExist();
    assertThat(worker.calls()).isZero();
  }

  @Test
  void target_ofAnotherSize_isATypedFailure_andWhatWasThereStays() throws Exception {
    Path place = project.resolve("out/asked.csv");
    Files.createDirectory(project.resolve("out"));
    Files.writeString(place, "before");

    assertThatExceptionOfType(TransferFailed.class)
        .isThrownBy(() -> fetch(place.toString(), 8))
        .satisfies(
            failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.DATA_CORRUPT));
    assertThat(place).hasContent("before");
    assertThat(files(project)).hasSize(1);
  }

  private static StepOutputs published(String path, String sha256) {
    return new StepOutputs(
        null, List.of(), List.of(new OutputFile("f", path, CONTENT.length, sha256)));
  }

  @Test
  void publishedFile_ofAnotherDigest_isATypedFailure_andIsNotMirrored() throws Exception {
    worker.put("artifacts/write/f", CONTENT);

    assertThatExceptionOfType(TransferFailed.class)
        .isThrownBy(() -> mirror.outputs(STEP, published("artifacts/write/f", "0".repeat(64))))
        .satisfies(
            failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.DATA_CORRUPT));
    assertThat(session.path().resolve("artifacts/write")).isEmptyDirectory();
  }

  @Test
  void publishedFile_ofAnotherPlace_isRefused_andNothingIsWritten() throws Exception {
    List<Path> before = files(folder);
    for (String lie :
        List.of("../../escaped", "artifacts/other/f", "manifest.yaml", "/etc/osiris-escaped")) {
      worker.put(lie, CONTENT);
      assertThatExceptionOfType(TransferFailed.class)
          .as(lie)
          .isThrownBy(() -> mirror.outputs(STEP, published(lie, "0".repeat(64))))
          .satisfies(
              refused -> assertThat(refused.failure().code()).isEqualTo(FailureCode.PATH_REFUSED));
    }
    assertThat(files(folder)).containsExactlyElementsOf(before);
    assertThat(worker.calls()).isZero();
  }
}
