package dev.osiris.worker.drivers.csv;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.step.Column;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Brings a UTF-8 CSV file into another encoding, in bounded memory and without loss. */
final class Recoder {

  private static final int BUFFER = 64 * 1024;

  private final CsvDialect dialect;
  private final TextForm form;
  private final boolean header;
  private final List<Column> columns;

  Recoder(CsvDialect dialect, TextForm form, boolean header, List<Column> columns) {
    this.dialect = dialect;
    this.form = form;
    this.header = header;
    this.columns = List.copyOf(columns);
  }

  /**
   * Writes the file.
   *
   * @throws StepException {@code TYPE_UNSUPPORTED} with row and column of the first character that
   *     the encoding lacks
   */
  void run(Path utf8, Path target) throws IOException {
    try (BufferedReader text = Files.newBufferedReader(utf8);
        OutputStream file = Files.newOutputStream(target);
        OutputStream bytes =
            form.compression() == Compression.GZIP ? new GZIPOutputStream(file, BUFFER) : file;
        Writer writer = new OutputStreamWriter(bytes, encoder())) {
      writer.write(form.mark());
      char[] buffer = new char[BUFFER];
      for (int read = text.read(buffer); read >= 0; read = text.read(buffer)) {
        writer.write(buffer, 0, read);
      }
    } catch (CharacterCodingException unmappable) {
      throw unmappable(utf8, unmappable);
    }
  }

  private CharsetEncoder encoder() {
    return form.charset()
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /** Reads the file again: to keep track of columns all the time would cost every good file. */
  private StepException unmappable(Path utf8, IOException cause) throws IOException {
    CharsetEncoder encoder = encoder();
    long record = 0;
    int column = 0;
    boolean quoted = false;
    boolean escaped = false;
    try (BufferedReader text = Files.newBufferedReader(utf8)) {
      for (int c = text.read(); c >= 0; c = text.read()) {
        // Half of a pair is in none of these encodings, nor is the pair.
        if (!encoder.canEncode((char) c)) {
          break;
        }
        if (escaped) {
          escaped = false;
        } else if (quoted && c == dialect.escape() && dialect.escape() != dialect.quote()) {
          escaped = true;
        } else if (c == dialect.quote()) {
          quoted = !quoted;
        } else if (!quoted && c == dialect.delimiter()) {
          column++;
        } else if (!quoted && c == form.lineEnd()) {
          record++;
          column = 0;
        }
      }
    }
    return failure(header ? record : record + 1, columns.get(column).name(), cause);
  }

  private StepException failure(long row, String column, IOException cause) {
    String charset = form.charset().name();
    Failure failure =
        Failure.of(
                FailureCode.TYPE_UNSUPPORTED,
                row == 0
                    ? "the name of column '" + column + "' cannot be written in " + charset
                    : "column '"
                        + column
                        + "' row "
                        + row
                        + " holds a character that "
                        + charset
                        + " does not have")
            .advise("set 'encoding' to utf-8");
    return new StepException(
        failure.at(
            new Failure.Where(null, null, row == 0 ? null : row, column, charset, null, null)),
        cause);
  }
}
