package dev.osiris.worker.drivers.postgres.encode;

import dev.osiris.driver.RowReader;
import dev.osiris.step.Column;
import java.math.BigInteger;
import java.util.List;

/** A reader that stands at one number, without its point. */
record OneNumber(BigInteger value) implements RowReader {

  @Override
  public List<Column> columns() {
    return List.of();
  }

  @Override
  public boolean next() {
    return false;
  }

  @Override
  public int rows() {
    return 1;
  }

  @Override
  public boolean isNull(int column, int row) {
    return false;
  }

  @Override
  public boolean getBoolean(int column, int row) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long getLong(int column, int row) {
    return value.longValueExact();
  }

  @Override
  public long getHigh(int column, int row) {
    return value.shiftRight(64).longValue();
  }

  @Override
  public long getLow(int column, int row) {
    return value.longValue();
  }

  @Override
  public double getDouble(int column, int row) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int length(int column, int row) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void copy(int column, int row, byte[] target, int offset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
