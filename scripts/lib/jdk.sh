# Sourced: finds a JDK 25 or later and exports JAVA_HOME; run_mvn runs Maven in $root.
# shellcheck shell=sh disable=SC2154 # root is the caller's

export LC_ALL=C.UTF-8

# Sets jdk_version to the major version of the JDK at $1, or to 0. Reads its "release" file, and starts no program to do it:
# a JVM takes longer, and every command waits for this.
jdk_major() {
  jdk_version=0
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while IFS== read -r key value; do
    [ "$key" = JAVA_VERSION ] || continue
    value=${value#\"}
    value=${value%%[!0-9]*}
    jdk_version=${value:-0}
  done <"$1/release"
}

find_jdk() {
  jdk_major "${JAVA_HOME:-}"
  [ "$jdk_version" -lt 25 ] || return 0
  path_java=$(command -v java 2>/dev/null || true)
  [ -z "$path_java" ] || path_java=$(readlink -f "$path_java" 2>/dev/null || printf '%s' "$path_java")
  mac_java=
  [ ! -x /usr/libexec/java_home ] || mac_java=$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)
  for jdk_home in "${path_java%/bin/java}" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* \
    /opt/*jdk* /opt/java/* "$mac_java"; do
    jdk_major "$jdk_home"
    [ "$jdk_version" -lt 25 ] || { JAVA_HOME=$jdk_home; return 0; }
  done
  return 1
}

if ! find_jdk; then
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
