# Sourced: finds a JDK 25 or later and exports JAVA_HOME; run_mvn runs Maven in $root.
# shellcheck shell=sh disable=SC2154 # root is the caller's

export LC_ALL=C.UTF-8

# The major version of the JDK at $1, or nothing. Reads its "release" file: starting a JVM takes longer.
jdk_major() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  path_java=$(command -v java 2>/dev/null || true)
  [ -z "$path_java" ] || path_java=$(readlink -f "$path_java" 2>/dev/null || printf '%s' "$path_java")
  mac_java=
  [ ! -x /usr/libexec/java_home ] || mac_java=$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)
  for jdk_home in "${JAVA_HOME:-}" "${path_java%/bin/java}" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* \
    /opt/*jdk* /opt/java/* "$mac_java"; do
    jdk_version=$(jdk_major "$jdk_home")
    [ "${jdk_version:-0}" -lt 25 ] || { printf '%s' "$jdk_home"; return 0; }
  done
}

JAVA_HOME=$(find_jdk)
if [ -z "$JAVA_HOME" ]; then
  echo "Osiris needs a JDK 25 or later, and none was found (JAVA_HOME, PATH, /usr/lib/jvm, SDKMAN, /opt)." >&2
  echo "Install Eclipse Temurin 25, or your distribution's openjdk-25-jdk, or set JAVA_HOME to one." >&2
  exit 2
fi
export JAVA_HOME

need_maven() {
  command -v mvn >/dev/null 2>&1 && return 0
  echo "Osiris is built with Maven 3.8.7 or a later 3.x, and there is no mvn on the PATH." >&2
  echo "Install it (Debian: apt-get install maven; macOS: brew install maven)." >&2
  exit 2
}

# Prints the mvn line, then runs it in the repository.
run_mvn() {
  need_maven
  echo "+ mvn $*" >&2
  # Maven's own libraries do what newer JDKs warn of.
  (cd "$root" && MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}" mvn "$@")
}
