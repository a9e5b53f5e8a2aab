# Sourced by the other scripts here: finds a JDK 25 and Maven, or says what to install.
# No JVM is started to ask its version: the `release` file of each home tells it.

# What a home must have: a JDK has javac, a JRE only java.
java_program=javac

# Sets `major` to the Java version of the home in $1, or to nothing when it is none. Every start comes through here, so it
# forks nothing.
read_java_major() {
  major=
  [ -x "$1/bin/$java_program" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        major=${line#*\"}
        major=${major%%[!0-9]*}
        return 0
        ;;
    esac
  done <"$1/release"
}

# Prints the homes worth a look, one a line, the likeliest first.
jdk_candidates() {
  [ -z "${JAVA_HOME:-}" ] || echo "$JAVA_HOME"
  on_path=$(command -v "$java_program" || true)
  if [ -n "$on_path" ]; then
    while [ -L "$on_path" ]; do
      target=$(readlink "$on_path")
      case $target in
        /*) on_path=$target ;;
        *) on_path=$(dirname "$on_path")/$target ;;
      esac
    done
    dirname "$(dirname "$on_path")"
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    echo "$home"
  done
}

# Sets `found` to the first home of a Java 25, else of the first newer one, else to nothing.
find_java() {
  read_java_major "${JAVA_HOME:-}"
  if [ "$major" = 25 ]; then
    found=$JAVA_HOME
  else
    found=$(jdk_candidates | {
      newer=
      while IFS= read -r home; do
        read_java_major "$home"
        [ -n "$major" ] || continue
        if [ "$major" -eq 25 ]; then
          echo "$home"
          exit 0
        fi
        [ "$major" -lt 25 ] || newer=${newer:-$home}
      done
      echo "$newer"
    })
  fi
}

# Sets and exports JAVA_HOME to a JDK, or exits with help.
require_jdk() {
  find_java
  if [ -z "$found" ]; then
    {
      echo "sluice: needs a JDK 25 and found none (looked at JAVA_HOME, PATH and the usual folders)."
      echo "  Debian 13, Ubuntu 25.10 and later:  apt-get install openjdk-25-jdk-headless"
      echo "  elsewhere: unpack the JDK 25 archive of Eclipse Temurin (adoptium.net) below /opt or ~/.jdks,"
      echo "  or set JAVA_HOME to the JDK's folder."
    } >&2
    exit 69
  fi
  JAVA_HOME=$found
  export JAVA_HOME
  MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
  export MAVEN_OPTS
}

# The same to a JRE or JDK.
require_java() {
  java_program=java
  find_java
  if [ -z "$found" ]; then
    {
      echo "sluice: needs Java 25, a JRE is enough, and found none (looked at JAVA_HOME, PATH and the usual folders)."
      echo "  Debian 13, Ubuntu 25.10 and later:  apt-get install openjdk-25-jre-headless"
      echo "  elsewhere: unpack the JRE 25 archive of Eclipse Temurin (adoptium.net) below /opt,"
      echo "  or set JAVA_HOME to its folder."
    } >&2
    exit 69
  fi
  JAVA_HOME=$found
  export JAVA_HOME
}

require_maven() {
  command -v mvn >/dev/null 2>&1 && return 0
  {
    echo "sluice: needs Maven 3.8.7 or newer to build and found no 'mvn' on PATH."
    echo "  Debian, Ubuntu:  apt-get install maven"
    echo "  macOS:           brew install maven"
  } >&2
  exit 69
}
