package dev.osiris.worker.drivers.postgres;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Decoders of the types that keep no state. */
final class Decoders {

  /** Days, and microseconds, from 1970-01-01 to PostgreSQL's 2000-01-01. */
  private static final int EPOCH_DAYS = 10_957;

  private static final long EPOCH_MICROS = EPOCH_DAYS * 86_400_000_000L;

  /** The last microsecond that DuckDB has: 294247-01-10 04:00:54.775806. */
  private static final long LAST_MICRO = Long.MAX_VALUE - 1;

  private static final int LAST_DAY = Integer.MAX_VALUE - 1;

  private static final HexFormat HEX = HexFormat.of();

  private Decoders() {}

  static final Decoder BOOLEAN =
      (batch, column, row, source, at, length) -> batch.setBoolean(column, row, source[at] != 0);

  static final Decoder INT2 =
      (batch, column, row, source, at, length) ->
          batch.setLong(column, row, Wire.int16(source, at));

  static final Decoder INT4 =
      (batch, column, row, source, at, length) ->
          batch.setLong(column, row, Wire.int32(source, at));

  /** Object ids and transaction ids. */
  static final Decoder UINT4 =
      (batch, column, row, source, at, length) ->
          batch.setLong(column, row, Integer.toUnsignedLong(Wire.int32(source, at)));

  static final Decoder INT8 =
      (batch, column, row, source, at, length) ->
          batch.setLong(column, row, Wire.int64(source, at));

  static final Decoder FLOAT4 =
      (batch, column, row, source, at, length) ->
          batch.setDouble(column, row, Float.intBitsToFloat(Wire.int32(source, at)));

  static final Decoder FLOAT8 =
      (batch, column, row, source, at, length) ->
          batch.setDouble(column, row, Double.longBitsToDouble(Wire.int64(source, at)));

  /** Texts, and bytes as they are. */
  static final Decoder BYTES =
      (batch, column, row, source, at, length) -> batch.setBytes(column, row, source, at, length);

  /** {@code jsonb}: a version before the text. */
  static final Decoder JSONB =
      (batch, column, row, source, at, length) -> {
        if (source[at] != 1) {
          throw new Decoder.Unfitting("is jsonb of the unknown version " + source[at]);
        }
        batch.setBytes(column, row, source, at + 1, length - 1);
      };

  static final Decoder DATE =
      (batch, column, row, source, at, length) -> {
        int days = Wire.int32(source, at);
        if (days == Integer.MAX_VALUE) {
          batch.setLong(column, row, Integer.MAX_VALUE);
        } else if (days == Integer.MIN_VALUE) {
          batch.setLong(column, row, -Integer.MAX_VALUE);
        } else if (days > LAST_DAY - EPOCH_DAYS) {
          throw new Decoder.Unfitting("is after the last day that DuckDB has");
        } else {
          batch.setLong(column, row, (long) days + EPOCH_DAYS);
        }
      };

  /** With and without time zone. */
  static final Decoder TIMESTAMP =
      (batch, column, row, source, at, length) -> {
        long micros = Wire.int64(source, at);
        if (micros == Long.MAX_VALUE) {
          batch.setLong(column, row, Long.MAX_VALUE);
        } else if (micros == Long.MIN_VALUE) {
          batch.setLong(column, row, -Long.MAX_VALUE);
        } else if (micros > LAST_MICRO - EPOCH_MICROS) {
          throw new Decoder.Unfitting("is after the last instant that DuckDB has");
        } else {
          batch.setLong(column, row, micros + EPOCH_MICROS);
        }
      };

  static final Decoder TIME =
      (batch, column, row, source, at, length) ->
          batch.setText(column, row, time(Wire.int64(source, at)));

  static final Decoder TIMETZ =
      (batch, column, row, source, at, length) -> {
        // Seconds west of Greenwich.
        int zone = -Wire.int32(source, at + 8);
        int east = Math.abs(zone);
        batch.setText(
            column,
            row,
            time(Wire.int64(source, at))
                + (zone < 0 ? "-" : "+")
                + two(east / 3600)
                + ":"
                + two(east / 60 % 60)
                + (east % 60 == 0 ? "" : ":" + two(east % 60)));
      };

  static final Decoder INTERVAL =
      (batch, column, row, source, at, length) -> {
        long micros = Wire.int64(source, at);
        int days = Wire.int32(source, at + 8);
        int months = Wire.int32(source, at + 12);
        if (micros == Long.MAX_VALUE && days == Integer.MAX_VALUE && months == Integer.MAX_VALUE
            || micros == Long.MIN_VALUE
                && days == Integer.MIN_VALUE
                && months == Integer.MIN_VALUE) {
          throw new Decoder.Unfitting("is an infinite interval");
        }
        batch.setText(
            column, row, months + " months " + days + " days " + micros + " microseconds");
      };

  static final Decoder UUID =
      (batch, column, row, source, at, length) -> {
        String digits = HEX.formatHex(source, at, at + 16);
        batch.setText(column, row, digits);
      };

  /** {@code bit} and {@code varbit}: the number of bits, then bytes. */
  static final Decoder BITS =
      (batch, column, row, source, at, length) -> {
        int bits = Wire.int32(source, at);
        if (bits == 0) {
          throw new Decoder.Unfitting("has no bits, which DuckDB's BIT cannot be");
        }
        byte[] text = new byte[bits];
        for (int bit = 0; bit < bits; bit++) {
          text[bit] = (byte) ('0' + (source[at + 4 + (bit >> 3)] >> (7 - (bit & 7)) & 1));
        }
        batch.setBytes(column, row, text, 0, bits);
      };

  private static String time(long micros) {
    long seconds = micros / 1_000_000;
    long fraction = micros % 1_000_000;
    StringBuilder text =
        new StringBuilder(16)
            .append(two(seconds / 3600))
            .append(':')
            .append(two(seconds / 60 % 60))
            .append(':')
            .append(two(seconds % 60));
    if (fraction != 0) {
      text.append('.').append(String.valueOf(1_000_000 + fraction), 1, 7);
    }
    return text.toString();
  }

  private static String two(long number) {
    return number < 10 ? "0" + number : String.valueOf(number);
  }

  /** The text of a value, in UTF-8, as an element of a list. */
  static String text(byte[] source, int at, int length) {
    return new String(source, at, length, StandardCharsets.UTF_8);
  }
}
