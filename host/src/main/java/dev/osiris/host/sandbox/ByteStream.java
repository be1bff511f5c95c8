package dev.osiris.host.sandbox;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One connection to a worker that is no socket: whatever carries bytes both ways, such as the
 * streams of a program beside the worker. One thread reads while another writes; any may close.
 */
public interface ByteStream extends Closeable {

  /** Bytes of the worker; its end is the end of the connection. */
  InputStream in();

  /** Bytes to the worker. What is flushed must leave at once: a step waits for it. */
  OutputStream out();

  /** Ends both directions, and wakes whoever reads or writes. Idempotent. */
  @Override
  void close();

  /** Makes connections. */
  interface Opener {

    /**
     * Makes a new one; may block.
     *
     * @throws IOException when there is no way to the worker; gRPC tries again
     */
    ByteStream open() throws IOException;
  }
}
