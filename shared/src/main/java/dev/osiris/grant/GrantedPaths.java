package dev.osiris.grant;

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
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which paths of the outside a session may reach. A path is judged by where it really leads, links
 * resolved; the session root itself is never writable through a pipeline's path, whatever was
 * granted around it. Immutable.
 *
 * <p>A folder may be granted twice, shared and staged: then it is read where the host has it, and
 * written where the worker stages.
 *
 * <p>Paths come in as the host names them. Those of staged folders go out as the places where the
 * worker keeps them, and {@link #hostNames} turns places in texts back.
 */
public final class GrantedPaths {

  private static final int MAX_FILES = 100_000;

  private final Path project;
  private final Path sessionRoot;
  private final @Nullable Staging staging;
  private final List<Path> shared;
  private final List<Path> readable;
  private final List<Path> writable;
  private final List<Path> staged;

  /**
   * Where nothing is staged.
   *
   * @param project absolute folder against which relative paths resolve when a step has no base
   *     folder
   */
  public GrantedPaths(Path project, List<Grant> grants, Path sessionRoot) {
    this(project, grants, sessionRoot, null);
  }

  /**
   * @param staging keeps the files of staged grants; {@code null} on the host, which has them
   */
  public GrantedPaths(
      Path project, List<Grant> grants, Path sessionRoot, @Nullable Staging staging) {
    this.project = project;
    this.sessionRoot = real(sessionRoot);
    boolean stages = grants.stream().anyMatch(Grant::staged);
    this.staging = stages ? staging : null;
    this.shared =
        grants.stream().filter(grant -> !grant.staged()).map(grant -> root(grant)).toList();
    this.readable = grants.stream().map(this::root).toList();
    this.writable = grants.stream().filter(Grant::writable).map(this::root).toList();
    this.staged = grants.stream().filter(Grant::staged).map(this::root).toList();
  }

  private Path root(Grant grant) {
    Path path = Path.of(grant.path());
    return grant.staged() && staging != null ? staging.place(path) : real(path);
  }

  /** The existing files that a path or glob names, sorted; at least one. */
  public List<Path> read(String pathOrGlob, @Nullable String baseDir) throws IOException {
    Path host = resolve(pathOrGlob, baseDir);
    Path path = readable(host);
    List<Path> files = isGlob(pathOrGlob) && !Files.exists(path) ? matches(host) : List.of(path);
    List<Path> plain = new ArrayList<>();
    for (Path file : files) {
      checkReadable(pathOrGlob, file);
      plain.add(withoutDetour(file));
    }
    if (files.isEmpty()) {
      throw new StepException(
          Failure.of(FailureCode.FILE_NOT_FOUND, "no file matches '" + pathOrGlob + "'")
              .inFile(pathOrGlob)
              .advise("looked below " + base(baseDir) + "; relative paths start there"));
    }
    return plain;
  }

  /** Where a file may be written: the parent folder is made when it is missing. */
  public Path write(String text, @Nullable String baseDir) throws IOException {
    Path target = target(text, baseDir);
    makeFolder(text, target);
    return target;
  }

  /** Where a file may be written, as {@link #write} says it; nothing is made. */
  public Path target(String text, @Nullable String baseDir) throws IOException {
    return judge(text, baseDir, writable);
  }

  /**
   * Where a file is kept that the host brings: below a staged folder, or one that may be written.
   * Its folder is made.
   */
  public Path bring(String path) throws IOException {
    List<Path> roots = new ArrayList<>(staged);
    roots.addAll(writable);
    Path target = judge(path, null, roots);
    makeFolder(path, target);
    return target;
  }

  /** A file that a step has written below a staged folder, for the host to fetch. */
  public Path fetch(String path) throws IOException {
    Path file = place(resolve(path, null).normalize());
    if (staging == null || !staging.holds(file) || !within(file, writable)) {
      throw refused(path, "it is not below a staged folder that may be written");
    }
    checkReadable(path, file);
    return file;
  }

  /** Whether a place is the worker's own copy of a file of the host. */
  public boolean isStaged(Path place) {
    return staging != null && staging.holds(place);
  }

  /** A text in which places of staged files have become the paths that the host knows. */
  public String hostNames(String text) {
    return staging == null ? text : staging.hostNames(text);
  }

  /** Where a step's own file is, or one that the host has brought: staged where it may be. */
  private Path place(Path host) {
    Staging keeps = staging;
    return keeps == null || !isStagedGrant(host) && isSharedGrant(host) ? host : keeps.place(host);
  }

  /**
   * Where a file is read. What is granted both ways is read where the host has it; the host brings
   * what cannot be read there.
   */
  private Path readable(Path host) {
    Staging keeps = staging;
    if (keeps == null || !isSharedGrant(host) || !isStagedGrant(host)) {
      return place(host);
    }
    Path brought = keeps.place(host);
    return Files.isReadable(host) || !Files.exists(brought) && Files.exists(host) ? host : brought;
  }

  private boolean isSharedGrant(Path host) {
    return within(host.normalize(), shared);
  }

  private boolean isStagedGrant(Path host) {
    return staging != null && within(staging.place(host), staged);
  }

  private Path judge(String text, @Nullable String baseDir, List<Path> roots) throws IOException {
    Path path = place(resolve(text, baseDir).normalize());
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
    if (!within(target, roots)) {
      throw refused(
          text, "it leads to " + target + ", outside of every folder that may be written");
    }
    if (target.startsWith(sessionRoot) && !isStaged(target)) {
      throw refused(text, "it leads into the session root, which belongs to the worker");
    }
    if (Files.isDirectory(target)) {
      throw unwritable(text, "it is a folder");
    }
    return target;
  }

  private void makeFolder(String text, Path target) {
    Path folder = target.resolveSibling(".").normalize();
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
    if (isStaged(file) && !within(file, readable)) {
      throw refused(text, "it leads to " + file + ", outside of every folder that was granted");
    }
    if (!Files.exists(file)) {
      throw new StepException(
          Failure.of(FailureCode.FILE_NOT_FOUND, "there is no file '" + text + "'")
              .inFile(text)
              .advise(hostNames("looked at " + file.normalize())));
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
              .inFile(text)
              .advise("let the user that the worker runs as read it, and enter its folders"));
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

  /** Files that a pattern names on either side, in the order of their names on the host. */
  private List<Path> matches(Path pattern) throws IOException {
    SortedSet<Path> names = new TreeSet<>();
    if (staging == null || isSharedGrant(pattern)) {
      names.addAll(expand(pattern));
    }
    if (staging != null && (isStagedGrant(pattern) || !isSharedGrant(pattern))) {
      for (Path file : expand(staging.place(pattern))) {
        names.add(staging.host(file));
      }
    }
    return names.stream().map(this::readable).toList();
  }

  private List<Path> expand(Path pattern) throws IOException {
    Path top = isStaged(pattern) && staging != null ? staging.root() : pattern.getRoot();
    Path names = below(top, pattern);
    Path start = top;
    for (Path part : names) {
      if (isGlob(part.toString())) {
        break;
      }
      start = start.resolve(part);
    }
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    PathMatcher matcher = pattern.getFileSystem().getPathMatcher("glob:" + names);
    int depth =
        names.toString().contains("**")
            ? Integer.MAX_VALUE
            : pattern.getNameCount() - start.getNameCount();
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        start,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        depth,
        new Collector(file -> matcher.matches(below(top, file)), files));
    return files;
  }

  // Relativizing would take detours out, which lead elsewhere where links are.
  private static Path below(Path top, Path path) {
    return path.subpath(top.getNameCount(), path.getNameCount());
  }

  /** Collects matching files and passes over what cannot be visited. */
  private static final class Collector extends SimpleFileVisitor<Path> {
    private final Predicate<Path> matcher;
    private final List<Path> files;

    Collector(Predicate<Path> matcher, List<Path> files) {
      this.matcher = matcher;
      this.files = files;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!attributes.isDirectory() && matcher.test(file)) {
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

  /** The same file without {@code ..} in its path, where no link stands in the way. */
  private static Path withoutDetour(Path file) throws IOException {
    Path plain = file.normalize();
    boolean same = plain.equals(file) || Files.exists(plain) && Files.isSameFile(plain, file);
    return same ? plain : file;
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

  private StepException refused(String text, String why) {
    return new StepException(
        Failure.of(
                FailureCode.PATH_REFUSED, "the path '" + text + "' is refused: " + hostNames(why))
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
