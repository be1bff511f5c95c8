package dev.osiris.worker.drivers.postgres;

import dev.osiris.driver.RowBatch;
import java.nio.charset.StandardCharsets;

/**
 * Reads arrays of one dimension as the text of a DuckDB list. The type of a column does not say how
 * many dimensions its arrays have, nor where they begin to count, so others are refused.
 */
final class ArrayDecoder implements Decoder {

  private final Decoder elements;
  private final boolean quoted;
  private final Element element = new Element();
  private final StringBuilder list = new StringBuilder();

  /**
   * Of arrays of what that decoder reads.
   *
   * @param quoted whether the text of an element may hold any character
   */
  ArrayDecoder(Decoder elements, boolean quoted) {
    this.elements = elements;
    this.quoted = quoted;
  }

  @Override
  public void decode(RowBatch batch, int column, int row, byte[] source, int offset, int length) {
    int dimensions = Wire.int32(source, offset);
    list.setLength(0);
    list.append('[');
    if (dimensions > 1) {
      throw new Decoder.Unfitting("is an array of " + dimensions + " dimensions");
    }
    if (dimensions == 1) {
      if (Wire.int32(source, offset + 16) != 1) {
        throw new Decoder.Unfitting("is an array whose first index is not 1");
      }
      int count = Wire.int32(source, offset + 12);
      int at = offset + 20;
      for (int i = 0; i < count; i++) {
        int size = Wire.int32(source, at);
        at += 4;
        list.append(i == 0 ? "" : ", ");
        if (size < 0) {
          list.append("NULL");
        } else {
          elements.decode(element, 0, 0, source, at, size);
          append(element.text);
          at += size;
        }
      }
    }
    batch.setText(column, row, list.append(']').toString());
  }

  private void append(String text) {
    if (!quoted) {
      list.append(text);
      return;
    }
    list.append('\'');
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (letter == '\'' || letter == '\\') {
        list.append('\\');
      }
      list.append(letter);
    }
    list.append('\'');
  }

  /** Catches the value of one element as a text that DuckDB casts. */
  private static final class Element implements RowBatch {
    private String text = "";

    @Override
    public int capacity() {
      return 1;
    }

    @Override
    public void setNull(int column, int row) {
      text = "NULL";
    }

    @Override
    public void setBoolean(int column, int row, boolean value) {
      text = String.valueOf(value);
    }

    @Override
    public void setLong(int column, int row, long value) {
      text = String.valueOf(value);
    }

    @Override
    public void setHuge(int column, int row, long high, long low) {
      throw new IllegalStateException("elements of lists are not numbers of 128 bits");
    }

    @Override
    public void setDouble(int column, int row, double value) {
      text = String.valueOf(value);
    }

    @Override
    public void setText(int column, int row, String value) {
      text = value;
    }

    @Override
    public void setBytes(int column, int row, byte[] source, int offset, int length) {
      text = new String(source, offset, length, StandardCharsets.UTF_8);
    }
  }
}
