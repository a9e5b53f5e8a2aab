# Sourced by the start scripts, which set `lib` (folder of the jars), `cache_folder` (for fast starts, or empty) and
# JAVA_HOME, and define `say`. Runs the program: `launch COMMAND…` does not return.
# Environment: SLUICE_HEAP (the broker's heap, default 512m), JAVA_OPTS (more JVM flags, they win).

make_class_path() {
  class_path=
  for jar in "$lib"/sluice-*.jar "$lib"/picocli-*.jar "$lib"/*.jar; do
    case ":$class_path:" in
      *":$jar:"*) ;;
      *) class_path=${class_path:+$class_path:}$jar ;;
    esac
  done
}

# JDK 25.0.3 takes a stale cache and runs old classes, so the name of the cache carries jars, flags and JVM.
stat_jars() {
  stat -c '%n %s %Y' "$lib"/*.jar 2>/dev/null || stat -f '%N %z %m' "$lib"/*.jar
}
cache_key() {
  {
    cat "$JAVA_HOME/release" "$lib/build-id" 2>/dev/null || true
    echo "$JAVA_HOME $flags"
    stat_jars
  } | cksum | tr -d ' '
}

# A failed training leaves an empty file: it is not tried again for these jars. One that was killed leaves its lock, which
# holds for ten minutes.
train_cache() {
  mkdir -p "$cache_folder" 2>/dev/null || return 0
  [ -z "$(find "$cache.lock" -prune -mmin +10 2>/dev/null)" ] || rm -rf "$cache.lock"
  mkdir "$cache.lock" 2>/dev/null || return 0
  trap 'rm -rf "$cache.lock"' EXIT
  trap 'exit 130' INT TERM
  say "preparing fast starts (once, about half a minute)"
  rm -f "$cache_folder"/*.aot
  set -f
  # shellcheck disable=SC2086
  "$JAVA_HOME/bin/java" $flags $heap -XX:AOTCacheOutput="$cache.new" -cp "$class_path" io.sluice.server.Main train \
    >"$cache_folder/train.log" 2>&1 </dev/null || rm -f "$cache.new"
  set +f
  if [ -s "$cache.new" ]; then mv "$cache.new" "$cache"; else : >"$cache"; fi
  rm -rf "$cache.lock" "$cache".new*
  trap - EXIT INT TERM
}

launch() {
  make_class_path
  case ${1:-} in
    start | demo | settings | repair | loggers | cluster | backup | restore | doctor | train) ;;
    *)
      # A client command lives for a moment: the smallest collector and the quick compiler start fastest. A load lives
      # long and must not be slower than what it measures.
      client_jvm="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m"
      [ "${1:-}" != bench ] || client_jvm="-XX:+UseParallelGC -Xmx1g"
      # shellcheck disable=SC2086
      exec "$JAVA_HOME/bin/java" $client_jvm -Xlog:disable -Xlog:all=warning:stderr \
        --enable-native-access=ALL-UNNAMED ${JAVA_OPTS:-} -cp "$class_path" io.sluice.cli.Main "$@"
      ;;
  esac

  # One list before `:stderr`, so that a cache which the JVM refuses says nothing; stdout belongs to the ready line.
  jvm_log="-Xlog:disable -Xlog:all=warning,aot*=off,cds*=off:stderr"
  flags="--enable-native-access=ALL-UNNAMED $jvm_log -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError -XX:+PerfDisableSharedMem"
  # Its samples of stack traces were a tenth of the event loops' time under small requests; tests run with it.
  flags="$flags -Dio.netty.leakDetection.level=disabled"
  heap="-Xms64m -Xmx${SLUICE_HEAP:-512m}"
  set -- -cp "$class_path" io.sluice.server.Main "$@"
  case $4 in
    start | demo | repair)
      if [ -n "$cache_folder" ]; then
        cache=$cache_folder/$(cache_key).aot
        [ -e "$cache" ] || train_cache
        [ ! -s "$cache" ] || set -- "-XX:AOTCache=$cache" "$@"
      fi
      ;;
  esac

  # The raft engine takes SIGUSR2 for itself, with which the JVM stops threads to look at their stacks: without another signal for
  # that (of Linux' real-time ones) a flight recording would get none, and the engine would write files at each look.
  [ "$(uname -s)" != Linux ] || export _JAVA_SR_SIGNUM="${_JAVA_SR_SIGNUM:-50}"
  set -f # The * in the log flags is no file pattern.
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" $flags $heap ${JAVA_OPTS:-} "$@"
}
