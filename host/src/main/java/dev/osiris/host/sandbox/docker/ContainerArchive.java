package dev.osiris.host.sandbox.docker;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tar of what a container gets before it starts. All of it belongs to the image's own user, and
 * nobody else may read it.
 */
public final class ContainerArchive implements Closeable {
  private static final int FOLDER_MODE = 040700;
  private static final int FILE_MODE = 0100600;

  private final TarArchiveOutputStream tar;

  /** Writes to a stream, and closes it. */
  public ContainerArchive(OutputStream out) {
    tar = new TarArchiveOutputStream(out);
  }

  /** Adds an empty folder; the one that holds it comes first. */
  public void folder(String path) throws IOException {
    put(new TarArchiveEntry(path.endsWith("/") ? path : path + "/"), FOLDER_MODE);
    tar.closeArchiveEntry();
  }

  /** Adds a file. */
  public void file(String path, byte[] content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path);
    entry.setSize(content.length);
    put(entry, FILE_MODE);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  /** Adds a file of this machine. */
  public void file(String path, Path source) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path);
    entry.setSize(Files.size(source));
    put(entry, FILE_MODE);
    Files.copy(source, tar);
    tar.closeArchiveEntry();
  }

  /**
   * Adds the driver jars of a folder of this machine.
   *
   * @param below a folder that was added, with its last slash
   */
  public void jars(String below, Path folder) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        file(below + jar.getFileName(), jar);
      }
    }
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private void put(TarArchiveEntry entry, int mode) throws IOException {
    entry.setMode(mode);
    entry.setIds(ContainerUser.NOBODY.uid(), ContainerUser.NOBODY.gid());
    tar.putArchiveEntry(entry);
  }
}
