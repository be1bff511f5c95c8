package dev.osiris.worker.drivers.mysql.protocol;

/** Numbers of the protocol's types. */
public final class WireType {

  public static final int OLD_DECIMAL = 0;
  public static final int TINY = 1;
  public static final int SHORT = 2;
  public static final int LONG = 3;
  public static final int FLOAT = 4;
  public static final int DOUBLE = 5;
  public static final int NULL = 6;
  public static final int TIMESTAMP = 7;
  public static final int LONGLONG = 8;
  public static final int INT24 = 9;
  public static final int DATE = 10;
  public static final int TIME = 11;
  public static final int DATETIME = 12;
  public static final int YEAR = 13;
  public static final int NEW_DATE = 14;
  public static final int BIT = 16;
  public static final int JSON = 245;
  public static final int DECIMAL = 246;
  public static final int GEOMETRY = 255;

  private WireType() {}
}
