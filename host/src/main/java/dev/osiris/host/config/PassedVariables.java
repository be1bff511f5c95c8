package dev.osiris.host.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Variables of this environment that a worker gets because the user names them. */
public final class PassedVariables {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private static final Set<String> OF_THE_JVM =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH", "JAVA_HOME");

  private static final Set<String> OF_THE_WORKER =
      Set.of("LC_ALL", "TZ", "TMPDIR", "PATH", "MALLOC_ARENA_MAX", "OSIRIS_HEAP");

  private PassedVariables() {}

  /**
   * The name of a variable that can be passed.
   *
   * @throws IllegalArgumentException saying why it cannot
   */
  static String checked(String name, Map<String, String> environment) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a variable; its value is taken from here");
    }
    if (name.startsWith("LD_") || name.startsWith("GLIBC_")) {
      throw new IllegalArgumentException(
          name + " would load other code into the worker, and is not passed");
    }
    if (OF_THE_JVM.contains(name)) {
      throw new IllegalArgumentException(
          name + " would change the worker's JVM and its limits, and is not passed");
    }
    if (OF_THE_WORKER.contains(name)) {
      throw new IllegalArgumentException(name + " is set by the sandbox, and is not passed");
    }
    if (!environment.containsKey(name)) {
      throw new IllegalArgumentException(name + " is not set in this environment");
    }
    return name;
  }

  /** The named ones with their values. */
  public static Map<String, String> of(List<String> names, Map<String, String> environment) {
    Map<String, String> passed = new TreeMap<>();
    for (String name : names) {
      String value = environment.get(name);
      if (value != null) {
        passed.put(name, value);
      }
    }
    return passed;
  }
}
