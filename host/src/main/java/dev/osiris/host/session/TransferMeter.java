package dev.osiris.host.session;

/** Hears how far one file is. Called often: it must not take long. */
@FunctionalInterface
public interface TransferMeter {

  /**
   * @param moved bytes of the file that are across, from its beginning on
   * @param total size of the file
   */
  void moved(long moved, long total);
}
