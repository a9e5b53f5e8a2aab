package io.sluice.bench.measure;

import io.sluice.bench.measure.Row.ForTheRecord;
import io.sluice.bench.measure.Row.OursAtMost;
import io.sluice.bench.measure.Row.RatioAtLeast;
import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Streams beside redis-server, after ten seconds of warm-up; those that end in {@code -warm} after a minute, when a JVM has done
 * its compiling.
 */
final class RedisMeasures {
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration LONG_WARM_UP = Duration.ofSeconds(60);

    private RedisMeasures() {}

    static List<Measure> all() {
        List<Measure> all = new ArrayList<>();
        all.add(add("redis-xadd-1", 1, Contender.SLUICE_OS, Contender.REDIS_EVERYSEC, 0.8));
        all.add(add("redis-xadd-16", 16, Contender.SLUICE_OS, Contender.REDIS_EVERYSEC, 1.0));
        all.add(add("redis-xadd-64", 64, Contender.SLUICE_OS, Contender.REDIS_EVERYSEC, 1.0));
        all.add(add("redis-xadd-1-warm", 1, Contender.SLUICE_OS, Contender.REDIS_EVERYSEC, 0.8));
        all.add(add("redis-xadd-1-synced", 1, Contender.SLUICE, Contender.REDIS_ALWAYS, 1.0));
        all.add(add("redis-xadd-16-synced", 16, Contender.SLUICE, Contender.REDIS_ALWAYS, 1.2));
        all.add(add("redis-xadd-64-synced", 64, Contender.SLUICE, Contender.REDIS_ALWAYS, 1.2));
        all.add(blocked("redis-blocked", Contender.SLUICE_OS, Contender.REDIS_EVERYSEC));
        all.add(blocked("redis-blocked-warm", Contender.SLUICE_OS, Contender.REDIS_EVERYSEC));
        all.add(blocked("redis-blocked-synced", Contender.SLUICE, Contender.REDIS_ALWAYS));
        all.add(group("redis-group-100", 100, Contender.SLUICE_OS, Contender.REDIS_EVERYSEC, 1.0));
        all.add(group("redis-group-100-synced", 100, Contender.SLUICE, Contender.REDIS_ALWAYS, 1.0));
        all.add(group("redis-group-1", 1, Contender.SLUICE_OS, Contender.REDIS_EVERYSEC, 0.7));
        all.add(group("redis-group-1-warm", 1, Contender.SLUICE_OS, Contender.REDIS_EVERYSEC, 0.7));
        all.add(group("redis-group-1-synced", 1, Contender.SLUICE, Contender.REDIS_ALWAYS, 0.7));
        all.add(new Measure(
                "redis-memory",
                "10 M entries of 100 B: growth of anonymous memory",
                Contender.SLUICE_OS,
                Contender.REDIS_EVERYSEC,
                List.of(new Row("anonymousMib", "growth, MiB", new RatioAtMost(0.1))),
                120,
                new RedisMemoryMeasure(10_000_000)));
        all.add(new Measure(
                "redis-keys",
                "100,000 idle keys of one entry, restart",
                Contender.SLUICE_OS,
                Contender.REDIS_EVERYSEC,
                List.of(
                        new Row("heapMib", "growth of the heap, MiB, ours alone", new OursAtMost(100)),
                        new Row("filesMore", "open files more, ours alone", new OursAtMost(10)),
                        new Row("restartMs", "restart to the first answer, ms, ours alone", new OursAtMost(3_000)),
                        new Row("stopMs", "stop, ms", new ForTheRecord()),
                        new Row("addMs", "one client adds all, ms", new ForTheRecord()),
                        new Row("anonymousMib", "growth of anonymous memory, MiB", new ForTheRecord())),
                120,
                new RedisKeysMeasure(100_000)));
        return all;
    }

    private static Measure add(String name, int pipelined, Contender ours, Contender theirs, double bar) {
        return new Measure(
                name,
                "XADD of 100 B, 50 connections, " + pipelined + " pipelined, redis-benchmark" + remark(name),
                ours,
                theirs,
                List.of(
                        new Row("entriesPerSecond", "entries/s", new RatioAtLeast(bar)),
                        new Row("p50Ms", "p50, ms", new ForTheRecord()),
                        new Row("p99Ms", "p99, ms", new ForTheRecord()),
                        new Row("cpuPerMillion", "server CPU s/million", new ForTheRecord())),
                30,
                new RedisAddMeasure(pipelined, warmUp(name)));
    }

    private static Measure group(String name, int count, Contender ours, Contender theirs, double bar) {
        return new Measure(
                name,
                "XREADGROUP COUNT " + count + " and XACK of entries of 100 B, 8 consumers" + remark(name),
                ours,
                theirs,
                List.of(
                        new Row("entriesPerSecond", "entries/s", new RatioAtLeast(bar)),
                        new Row("cpuPerMillion", "server CPU s/million", new ForTheRecord())),
                40,
                new RedisGroupMeasure(8, count, warmUp(name)));
    }

    private static Measure blocked(String name, Contender ours, Contender theirs) {
        return new Measure(
                name,
                "XADD to the answer of a blocked XREAD, 1000/s" + remark(name),
                ours,
                theirs,
                List.of(
                        new Row("p50Ms", "p50, ms", new RatioAtMost(1.5)),
                        new Row("p99Ms", "p99, ms", new ForTheRecord())),
                20,
                new RedisBlockedMeasure(warmUp(name)));
    }

    private static boolean isWarm(String name) {
        return name.endsWith("-warm");
    }

    private static Duration warmUp(String name) {
        return isWarm(name) ? LONG_WARM_UP : WARM_UP;
    }

    private static String remark(String name) {
        return isWarm(name) ? ", after a minute" : "";
    }
}
