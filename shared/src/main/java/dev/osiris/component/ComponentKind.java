package dev.osiris.component;

/** The three kinds of drivers, which are also the values of a step's {@code mode}. */
public enum ComponentKind {
  EXTRACTOR("read"),
  PROCESSOR("transform"),
  WRITER("write");

  private final String mode;

  ComponentKind(String mode) {
    this.mode = mode;
  }

  /** The word that a pipeline uses in {@code mode}. */
  public String mode() {
    return mode;
  }
}
