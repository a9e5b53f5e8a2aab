package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.HistoryReport;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TopicReader;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One misfortune after the other, sometimes two at once, happens to a cluster under load whose partitions move from shard to
 * shard all the time, and each time it must come to itself; at the end everything acknowledged must be there once, in order, at
 * its offset; no group is behind what it committed, a compacted topic has the last value of each key, share groups have settled
 * each record once, and programs of others were told the truth. Owner: the thread that calls {@link #run}.
 */
public final class ChaosScenario {
    private static final int RECORDS_BETWEEN = 20;
    private static final int RECORDS_OF_CONTROL = 500;
    private static final int MOMENT_LIMIT_MS = 500;
    private static final int LAST_LIMIT_MS = 3_000;
    private static final int SECOND_MISFORTUNE_IN = 4;
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(90);
    private static final Duration CONTROL_LIMIT = Duration.ofSeconds(20);
    private static final Duration READ_LIMIT = Duration.ofMinutes(3);
    private static final String KEYS = "keys";
    private static final Duration KEYS_REST = Duration.ofMillis(20);
    private static final Duration POSITIONS_REST = Duration.ofMillis(200);

    private final ClusterProcesses cluster;
    private final ChaosPlan plan;
    private final CrashPlan topics;
    private final List<ForeignPrograms> programs;
    private final Consumer<String> progress;
    private final List<ClusterMisfortune> possible;
    private final SplittableRandom random;
    private final List<String> failures = new ArrayList<>();
    private int rounds;

    private ChaosScenario(
            ClusterProcesses cluster, ChaosPlan plan, List<ForeignPrograms> programs, Consumer<String> progress) {
        this.cluster = cluster;
        this.plan = plan;
        this.programs = programs;
        this.topics = plan.load();
        this.progress = progress;
        this.possible = ClusterMisfortune.possible(plan.misfortunes(), cluster);
        this.random = new SplittableRandom(plan.seed());
    }

    /**
     * Plays on a cluster with faults between its nodes, all of which run at the end.
     *
     * @param programs that work beside the load
     * @param progress gets a line a misfortune
     */
    public static CrashOutcome run(
            ClusterProcesses cluster, ChaosPlan plan, List<ForeignPrograms> programs, Consumer<String> progress) {
        cluster.createTopics(plan.load().topicNames(), plan.load().partitions());
        cluster.createTopics(
                programs.stream().map(ForeignPrograms::topic).toList(),
                plan.load().partitions());
        cluster.createTopics(List.of(KEYS), plan.load().partitions(), CompactedKeys.TOPIC_CONFIGS);
        return new ChaosScenario(cluster, plan, programs, progress).play();
    }

    private CrashOutcome play() {
        try (CrashLoad load = new CrashLoad(cluster.addresses(), topics);
                CrashFollower follower = new CrashFollower(cluster.addresses(), topics);
                PositionKeeper positions = new PositionKeeper(cluster.addresses(), topics.allPartitions())) {
            if (plan.isControl()) {
                putBack(load);
            } else {
                strikeBesideOthers(load);
            }
            load.finish(plan.isControl() ? CONTROL_LIMIT : FINISH_LIMIT);
            follower.finish();
            failures.addAll(load.failures());
            failures.addAll(follower.failures());
            failures.addAll(positions.finish());
            ReadHistory read = TopicReader.readAll(cluster.addresses(), topics.allPartitions(), READ_LIMIT);
            HistoryReport report = HistoryChecker.check(load.history(), read, follower.seen());
            return new CrashOutcome(rounds, report, failures);
        }
    }

    /** What follows the misfortunes is over before the load is: it goes on with all nodes there. */
    private void strikeBesideOthers(CrashLoad load) {
        try (CompactedKeys keys = new CompactedKeys(
                        cluster.addresses(), KEYS, topics.partitions(), KEYS_REST, random.nextLong());
                ManyPositions positions = new ManyPositions(
                        cluster.addresses(), topics.allPartitions().getFirst(), POSITIONS_REST, random.nextLong());
                ForeignLoad foreign = new ForeignLoad(programs, cluster.addresses(), topics.partitions())) {
            ShareWork shares = new ShareWork(cluster.addresses());
            try (PartitionShuffle shuffle = new PartitionShuffle(cluster.addresses(), random.split())) {
                strikeAndMend(load, shuffle);
            }
            if (failures.isEmpty()) {
                failures.addAll(shares.finish());
                failures.addAll(keys.finish(READ_LIMIT));
                failures.addAll(positions.finish());
                failures.addAll(foreign.finish(FINISH_LIMIT));
                progress.accept(
                        "%,d records of a compacted topic and %,d positions of many groups were acknowledged, %d topics consumed by share groups; acknowledged to others: %s"
                                .formatted(
                                        keys.acknowledged(),
                                        positions.commits(),
                                        shares.finished(),
                                        foreign.acknowledged()));
            }
        }
    }

    private void strikeAndMend(CrashLoad load, PartitionShuffle shuffle) {
        Stopwatch watch = Stopwatch.started();
        while (!watch.hasPassed(plan.duration())) {
            Stopwatch sinceMended = Stopwatch.started();
            if (!load.awaitProgress(RECORDS_BETWEEN, RECOVERY_LIMIT)) {
                failures.add("nothing was acknowledged for %s after round %d".formatted(RECOVERY_LIMIT, rounds));
                return;
            }
            double recoveredMs = sinceMended.elapsedMs();
            Stopwatch.sleep(Duration.ofMillis(random.nextInt(MOMENT_LIMIT_MS)));
            rounds++;
            String what = strikeOnce();
            if (hasLostNodes(what)) {
                return;
            }
            progress.accept("round %d: %s; going on %.0f ms after the one before, %,d acknowledged and %,d moves so far"
                    .formatted(rounds, what, recoveredMs, load.history().acknowledgedCount(), shuffle.begun()));
        }
    }

    private boolean hasLostNodes(String what) {
        List<BrokerProcess> lost =
                cluster.nodes().stream().filter(node -> !node.isAlive()).toList();
        lost.forEach(node ->
                failures.add("a node ended by itself in round %d, %s:%n%s".formatted(rounds, what, node.output())));
        return !lost.isEmpty();
    }

    private String strikeOnce() {
        int partition = random.nextInt(topics.partitions());
        int leader = cluster.leader(topics.topicNames().getFirst(), partition).orElse(1);
        ClusterMisfortune first = possible.get(random.nextInt(possible.size()));
        List<ClusterMisfortune> others =
                possible.stream().filter(each -> !each.comesAlone()).toList();
        Runnable mending = first.strike(cluster, leader, random.split());
        String what = first + " (leader " + leader + ")";
        Runnable second = () -> {};
        if (!first.comesAlone() && random.nextInt(SECOND_MISFORTUNE_IN) == 0) {
            Stopwatch.sleep(Duration.ofMillis(random.nextInt(MOMENT_LIMIT_MS)));
            ClusterMisfortune other = others.get(random.nextInt(others.size()));
            second = other.strike(cluster, leader, random.split());
            what += " and " + other;
        }
        Stopwatch.sleep(Duration.ofMillis(random.nextInt(LAST_LIMIT_MS)));
        // A node is not started again on a disk that is full.
        cluster.healMachines();
        mending.run();
        second.run();
        return what;
    }

    /** All nodes go back to an earlier moment together, which no cluster can notice. */
    private void putBack(CrashLoad load) {
        load.awaitProgress(RECORDS_OF_CONTROL, RECOVERY_LIMIT);
        List<Path> copies = new ArrayList<>();
        cluster.nodes().forEach(BrokerProcess::kill9);
        for (int id = 1; id <= cluster.nodes().size(); id++) {
            Path data = cluster.data(id);
            Path copy = data.resolveSibling(data.getFileName() + "-earlier");
            OsProcess.run(RECOVERY_LIMIT, "cp", "-r", data.toString(), copy.toString());
            copies.add(copy);
        }
        cluster.nodes().forEach(BrokerProcess::relaunch);
        cluster.nodes().forEach(BrokerProcess::awaitReady);
        load.awaitProgress(RECORDS_OF_CONTROL, RECOVERY_LIMIT);
        cluster.nodes().forEach(BrokerProcess::kill9);
        for (int id = 1; id <= cluster.nodes().size(); id++) {
            cluster.node(id).restartOn(copies.get(id - 1));
        }
        rounds++;
        progress.accept("all nodes are as they were before");
    }
}
