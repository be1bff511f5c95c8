package dev.osiris.host.cli;

import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.cli.view.TextTable;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.store.SessionSummary;
import dev.osiris.host.sandbox.RunFolder;
import dev.osiris.host.sandbox.Sandbox;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.sandbox.SandboxSpec;
import dev.osiris.host.session.DataClient;
import dev.osiris.host.session.DataRefused;
import dev.osiris.host.session.TableText;
import dev.osiris.session.SessionId;
import dev.osiris.step.Column;
import dev.osiris.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A local worker that only reads a session's published tables. It opens no session, so nothing of
 * the directory is locked or written, and one that runs can be looked at.
 */
final class Look {
  private static final ByteSize MEMORY = ByteSize.ofMiB(512);
  private static final Duration START = Duration.ofSeconds(60);

  private final Console console;
  private final Sandboxes sandboxes;

  Look(Console console, Sandboxes sandboxes) {
    this.console = console;
    this.sandboxes = sandboxes;
  }

  /** What is asked of the worker. */
  interface Question {
    TableText ask(DataClient data) throws DataRefused;
  }

  int at(SessionSummary session, Question question)
      throws IOException, SandboxException, InterruptedException {
    Path root = Objects.requireNonNull(session.path().toRealPath().getParent());
    try (RunFolder folder = RunFolder.create();
        Sandbox sandbox = sandboxes.process().start(spec(session, root, folder));
        DataClient data =
            DataClient.of(sandbox.address(), new SessionId(session.id()), sandbox.token())) {
      print(question.ask(data));
      return ExitCode.SUCCEEDED.number();
    } catch (DataRefused e) {
      console.problem(String.valueOf(e.getMessage()));
      return (e.isUsers() ? ExitCode.USAGE : ExitCode.SANDBOX_FAILED).number();
    }
  }

  private static SandboxSpec spec(SessionSummary session, Path root, RunFolder folder) {
    return new SandboxSpec(
        new SessionId(session.id()),
        root,
        MEMORY,
        Runtime.getRuntime().availableProcessors(),
        List.of(),
        null,
        Map.of(),
        folder.path().resolve("worker.log"),
        folder.path(),
        START);
  }

  private void print(TableText table) {
    List<String> names = table.columns().stream().map(Column::name).toList();
    if (names.isEmpty()) {
      console.note("no columns");
      return;
    }
    TextTable text = new TextTable(names, table.columns().stream().map(Look::isNumber).toList());
    for (List<@Nullable String> row : table.rows()) {
      text.add(row.stream().map(cell -> cell == null ? "NULL" : cell).toList());
    }
    text.lines().forEach(console::result);
    console.note(
        table.rows().size()
            + (table.rows().size() == 1 ? " row" : " rows")
            + (table.truncated() ? "; there are more (--limit)" : ""));
  }

  private static Boolean isNumber(Column column) {
    String type = column.type();
    return Collections.frequency(
                List.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"),
                type)
            > 0
        || type.startsWith("DECIMAL")
        || type.startsWith("U") && type.endsWith("INT");
  }
}
