package dev.osiris.host.cli.view;

import java.util.ArrayList;
import java.util.List;

/** Columns of text, each as wide as its widest cell. */
public final class TextTable {
  private static final int MAX_CELL = 60;

  private final List<List<String>> rows = new ArrayList<>();
  private final List<Boolean> right;

  /**
   * @param right whether each column stands to the right, as numbers do
   */
  public TextTable(List<String> header, List<Boolean> right) {
    this.right = List.copyOf(right);
    rows.add(List.copyOf(header));
  }

  public void add(List<String> row) {
    rows.add(row.stream().map(TextTable::cell).toList());
  }

  /** The lines, without spaces at their ends. */
  public List<String> lines() {
    int[] widths = new int[right.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String gap = " ".repeat(widths[i] - length(row.get(i)));
      line.append(i == 0 ? "" : "  ").append(right.get(i) ? gap + row.get(i) : row.get(i) + gap);
    }
    return line.toString().stripTrailing();
  }

  private static String cell(String text) {
    String clean = Console.clean(text);
    return length(clean) <= MAX_CELL
        ? clean
        : clean.substring(0, clean.offsetByCodePoints(0, MAX_CELL - 1)) + "…";
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
