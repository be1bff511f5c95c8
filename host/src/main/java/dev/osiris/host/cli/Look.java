package dev.osiris.host.cli;

import dev.osiris.host.cli.setup.Sandboxes;
import dev.osiris.host.cli.setup.SessionTables;
import dev.osiris.host.cli.view.Console;
import dev.osiris.host.cli.view.TextTable;
import dev.osiris.host.run.report.ExitCode;
import dev.osiris.host.run.store.SessionSummary;
import dev.osiris.host.sandbox.SandboxException;
import dev.osiris.host.session.DataRefused;
import dev.osiris.host.session.TableText;
import dev.osiris.step.Column;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints tables of a session. */
final class Look {
  private final Console console;
  private final Sandboxes sandboxes;

  Look(Console console, Sandboxes sandboxes) {
    this.console = console;
    this.sandboxes = sandboxes;
  }

  int at(SessionSummary session, SessionTables.Question question)
      throws IOException, SandboxException, InterruptedException {
    try {
      print(new SessionTables(sandboxes).ask(session.path(), question));
      return ExitCode.SUCCEEDED.number();
    } catch (DataRefused e) {
      console.problem(String.valueOf(e.getMessage()));
      return (e.isUsers() ? ExitCode.USAGE : ExitCode.SANDBOX_FAILED).number();
    }
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
