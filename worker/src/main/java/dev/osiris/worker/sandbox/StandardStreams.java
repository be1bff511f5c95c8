package dev.osiris.worker.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Takes standard output and error away from everything that prints, so that a driver's print can
 * neither break what the host reads there nor get lost: each line becomes a log event of the step
 * whose thread printed it.
 */
public final class StandardStreams {

  private static final int MAX_LINE = 8_192;

  private final PrintStream realOut;
  private final PrintStream realErr;

  private StandardStreams(PrintStream realOut, PrintStream realErr) {
    this.realOut = realOut;
    this.realErr = realErr;
  }

  /**
   * Replaces both streams.
   *
   * @param clean takes secrets out of a line, before anybody gets it
   * @param lines gets whether it was the error stream, and a line; a line that it does not take
   *     goes to the real error stream
   */
  public static StandardStreams capture(
      UnaryOperator<String> clean, BiPredicate<Boolean, String> lines) {
    StandardStreams streams = new StandardStreams(System.out, System.err);
    System.setOut(streams.replacement(line -> lines.test(false, line), clean));
    System.setErr(streams.replacement(line -> lines.test(true, line), clean));
    return streams;
  }

  private PrintStream replacement(Predicate<String> taken, UnaryOperator<String> clean) {
    Consumer<String> line =
        printed -> {
          String text = clean.apply(printed);
          if (!taken.test(text)) {
            realErr.println(text);
          }
        };
    return new PrintStream(new LineStream(line), true, StandardCharsets.UTF_8);
  }

  /** The process's own output, for the one line that the host waits for. */
  public PrintStream realOut() {
    return realOut;
  }

  /** Cuts bytes into lines of one thread each. */
  private static final class LineStream extends OutputStream {
    private final Consumer<String> lines;
    private final ThreadLocal<ByteArrayOutputStream> partial =
        ThreadLocal.withInitial(ByteArrayOutputStream::new);

    LineStream(Consumer<String> lines) {
      this.lines = lines;
    }

    @Override
    public void write(int octet) {
      ByteArrayOutputStream line = partial.get();
      if (octet != '\n') {
        line.write(octet);
      }
      if (octet == '\n' || line.size() >= MAX_LINE) {
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        line.reset();
        if (!text.isEmpty()) {
          lines.accept(text);
        }
      }
    }
  }
}
