package dev.osiris.worker.disk;

import dev.osiris.failure.Failure;
import dev.osiris.failure.FailureCode;
import dev.osiris.failure.StepException;
import dev.osiris.session.Grant;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which paths of the outside a session may reach. A path is judged by where it really leads, links
 * resolved; the session root itself is never writable through a pipeline's path, whatever was
 * granted around it. Immutable.
 */
public final class GrantedPaths {

  private static final int MAX_FILES = 100_000;

  private final Path project;
  private final List<Path> readable;
  private final List<Path> writable;
  private final Path sessionRoot;

  /**
   * @param project absolute folder against which relative paths resolve when a step has no base
   *     folder
   */
  public GrantedPaths(Path project, List<Grant> grants, Path sessionRoot) {
    this.project = project;
    this.sessionRoot = real(sessionRoot);
    this.readable = grants.stream().map(grant -> real(Path.of(grant.path()))).toList();
    this.writable =
        grants.stream().filter(Grant::writable).map(grant -> real(Path.of(grant.path()))).toList();
  }

  /** The existing files that a path or glob names, sorted; at least one. */
  public List<Path> read(String pathOrGlob, @Nullable String baseDir) throws IOException {
    Path path = resolve(pathOrGlob, baseDir);
    List<Path> files = isGlob(pathOrGlob) && !Files.exists(path) ? expand(path) : List.of(path);
    for (Path file : files) {
      checkReadable(pathOrGlob, file);
    }
    if (files.isEmpty()) {
      throw new StepException(
          Failure.of(FailureCode.FILE_NOT_FOUND, "no file matches '" + pathOrGlob + "'")
              .inFile(pathOrGlob)
              .advise("looked below " + base(baseDir) + "; relative paths start there"));
    }
    return files;
  }

  /** Where a file may be written: the parent folder is made when it is missing. */
  public Path write(String text, @Nullable String baseDir) throws IOException {
    Path path = resolve(text, baseDir).normalize();
    Path folder = path.getParent();
    if (folder == null || path.getFileName() == null) {
      throw refused(text, "it is no file");
    }
    Path existing = folder;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    Path realFolder =
        existing == null
            ? folder
            : existing.toRealPath().resolve(existing.relativize(folder)).normalize();
    Path target = realFolder.resolve(path.getFileName());
    if (Files.isSymbolicLink(target)) {
      if (!Files.exists(target)) {
        throw refused(text, "it is a link that leads nowhere");
      }
      target = target.toRealPath();
    }
    if (!within(target, writable)) {
      throw refused(
          text, "it leads to " + target + ", outside of every folder that may be written");
    }
    if (target.startsWith(sessionRoot)) {
      throw refused(text, "it leads into the session root, which belongs to the worker");
    }
    if (Files.isDirectory(target)) {
      throw unwritable(text, "it is a folder");
    }
    makeFolder(text, realFolder);
    return target;
  }

  private void makeFolder(String text, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unwritable(text, "its folder cannot be made");
    }
    if (!Files.isWritable(folder)) {
      throw unwritable(text, "its folder may not be written by the worker");
    }
  }

  private void checkReadable(String text, Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new StepException(
          Failure.of(FailureCode.FILE_NOT_FOUND, "there is no file '" + text + "'")
              .inFile(text)
              .advise("looked at " + file));
    }
    if (!within(file.toRealPath(), readable)) {
      throw refused(
          text, "it leads to " + file.toRealPath() + ", outside of every folder that was granted");
    }
    if (Files.isDirectory(file)) {
      throw new StepException(
          Failure.of(FailureCode.FILE_UNREADABLE, "'" + text + "' is a folder")
              .inFile(text)
              .advise("name a file, or a pattern such as " + text + "/*"));
    }
    if (!Files.isReadable(file)) {
      throw new StepException(
          Failure.of(FailureCode.FILE_UNREADABLE, "'" + text + "' may not be read by the worker")
              .inFile(text));
    }
  }

  private Path resolve(String text, @Nullable String baseDir) {
    try {
      if (text.isBlank() || text.indexOf('\0') >= 0) {
        throw refused(text, "it is empty");
      }
      return base(baseDir).resolve(text);
    } catch (InvalidPathException e) {
      throw refused(text, "it is no path: " + e.getReason());
    }
  }

  private Path base(@Nullable String baseDir) {
    return baseDir == null ? project : Path.of(baseDir);
  }

  private static boolean isGlob(String text) {
    return text.chars().anyMatch(character -> "*?[{".indexOf(character) >= 0);
  }

  private static List<Path> expand(Path pattern) throws IOException {
    Path start = pattern.getRoot();
    for (Path part : pattern) {
      if (isGlob(part.toString())) {
        break;
      }
      start = start == null ? part : start.resolve(part);
    }
    if (start == null || !Files.isDirectory(start)) {
      return List.of();
    }
    PathMatcher matcher = pattern.getFileSystem().getPathMatcher("glob:" + pattern);
    int depth =
        pattern.toString().contains("**")
            ? Integer.MAX_VALUE
            : pattern.getNameCount() - start.getNameCount();
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new Collector(matcher, files));
    files.sort(null);
    return files;
  }

  /** Collects matching files and passes over what cannot be visited. */
  private static final class Collector extends SimpleFileVisitor<Path> {
    private final PathMatcher matcher;
    private final List<Path> files;

    Collector(PathMatcher matcher, List<Path> files) {
      this.matcher = matcher;
      this.files = files;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!attributes.isDirectory() && matcher.matches(file)) {
        files.add(file);
      }
      return files.size() > MAX_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof FileSystemLoopException || !Files.isReadable(file)) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }

  private static boolean within(Path path, List<Path> roots) {
    return roots.stream().anyMatch(path::startsWith);
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      // What does not exist yet has no links to resolve below its existing parent.
      Path parent = path.toAbsolutePath().normalize().getParent();
      Path name = path.getFileName();
      return parent == null || name == null || Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          ? path.toAbsolutePath().normalize()
          : real(parent).resolve(name);
    }
  }

  private static StepException refused(String text, String why) {
    return new StepException(
        Failure.of(FailureCode.PATH_REFUSED, "the path '" + text + "' is refused: " + why)
            .inFile(text)
            .advise(
                "use a path in the project, or grant its folder with --allow-read or --allow-write"));
  }

  private static StepException unwritable(String text, String why) {
    return new StepException(
        Failure.of(FailureCode.FILE_UNWRITABLE, "'" + text + "' cannot be written: " + why)
            .inFile(text)
            .advise("check the folder and its permissions"));
  }
}
