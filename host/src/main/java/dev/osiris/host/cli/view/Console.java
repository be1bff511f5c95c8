package dev.osiris.host.cli.view;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command prints: results to standard output, everything else to standard error. Text that
 * came from elsewhere cannot move the cursor: control characters are replaced. Safe between
 * threads.
 */
public final class Console {
  private static final int DEFAULT_WIDTH = 100;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final int width;

  /**
   * @param terminal whether standard error is one that understands cursor movements
   * @param width of a line
   */
  public Console(PrintStream out, PrintStream err, boolean terminal, int width) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.width = width;
  }

  /** This process's own streams, in UTF-8. */
  public static Console ofProcess(Map<String, String> variables) {
    boolean capable = !"dumb".equals(variables.get("TERM")) && variables.containsKey("TERM");
    return new Console(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        capable && errIsTerminal(),
        width(variables.get("COLUMNS")));
  }

  /** A line of the result. */
  public void result(String line) {
    out.println(clean(line));
  }

  /** The result as it is, which may have several lines. */
  public void resultText(String text) {
    out.println(text);
  }

  /** A line for the person who waits. */
  public void note(String line) {
    err.println(clean(line));
  }

  /** A message that says why something did not work; its line breaks stay. */
  public void problem(String message) {
    message.lines().forEach(line -> err.println(clean(line)));
  }

  /** Standard output, for what prints by itself. */
  public PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  /** Standard error, for what prints by itself. */
  public PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }

  /** Bytes for the terminal itself, cursor movements included. */
  void control(String sequence) {
    err.print(sequence);
    err.flush();
  }

  public boolean isTerminal() {
    return terminal;
  }

  int width() {
    return width;
  }

  static String clean(String text) {
    // A line feed is usual in data, and no mistake.
    return text.replaceAll("\r?\n", "↵").replaceAll("\\p{Cntrl}", "?");
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static boolean errIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      // No /proc: then what is known of standard output has to do.
      java.io.Console console = System.console();
      return console != null && console.isTerminal();
    }
  }

  private static int width(@Nullable String columns) {
    return columns != null && columns.matches("[0-9]{2,3}")
        ? Integer.parseInt(columns)
        : DEFAULT_WIDTH;
  }
}
