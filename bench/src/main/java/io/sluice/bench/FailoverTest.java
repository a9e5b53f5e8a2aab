package io.sluice.bench;

import io.sluice.bench.measure.ClusterTopic;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.cluster.ClusterUnderTest;
import io.sluice.testkit.cluster.SteadyAcknowledgements;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a producer waits when brokers of a cluster die: from the kill until a record is acknowledged that was sent after
 * it. Once for the leader of its partition, once for all three, which are started again at once. Ours and Apache Kafka take
 * turns, a few rounds each. Exits 1 where a median is above its bar.
 */
@Command(
        name = "failover",
        description = "Time from a kill -9 in a cluster of three to the next acknowledged record.",
        mixinStandardHelpOptions = true)
public final class FailoverTest implements Callable<Integer> {
    private static final int NODES = 3;
    private static final String TOPIC = "watched";
    private static final double LEADER_BAR_MS = 1_500;
    private static final double LEADER_BAR_RATIO = 0.5;
    private static final double ALL_BAR_MS = 5_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration REST = Duration.ofSeconds(4);

    @Option(names = "--rounds", defaultValue = "10", description = "Kills of each kind (default 10).")
    private int rounds;

    @Option(names = "--turn", defaultValue = "5", description = "Rounds until the other one's turn (default 5).")
    private int turn;

    @Option(names = "--alone", description = "Ours only.")
    private boolean alone;

    private final Map<Contender, Gaps> measured = new EnumMap<>(Contender.class);

    /** Gaps in milliseconds. */
    private record Gaps(List<Double> leaderKilled, List<Double> allKilled) {
        static Gaps none() {
            return new Gaps(new ArrayList<>(), new ArrayList<>());
        }
    }

    /** Made by {@link #main}. */
    FailoverTest() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FailoverTest()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        List<Contender> contenders = alone ? List.of(Contender.SLUICE) : List.of(Contender.SLUICE, Contender.KAFKA);
        contenders.forEach(each -> measured.put(each, Gaps.none()));
        for (int first = 1; first <= rounds; first += turn) {
            for (Contender contender : contenders) {
                play(contender, first, Math.min(rounds, first + turn - 1));
            }
        }
        contenders.forEach(this::report);
        return isGood() ? 0 : 1;
    }

    private void play(Contender contender, int first, int last) throws IOException {
        Workplace place = Workplace.temporary("failover");
        try (ClusterUnderTest cluster = contender.startCluster(place.path(), NODES)) {
            cluster.createTopics(List.of(TOPIC), 1, contender.topicConfigs());
            Gaps gaps = gaps(contender);
            try (SteadyAcknowledgements acknowledgements = new SteadyAcknowledgements(cluster.addresses(), TOPIC)) {
                for (int round = first; round <= last; round++) {
                    gaps.leaderKilled().add(gap(cluster, acknowledgements, () -> killLeader(cluster)));
                    gaps.allKilled().add(gap(cluster, acknowledgements, () -> killAll(cluster)));
                    say(String.format(
                            Locale.ROOT,
                            "round %d of %d, %s: leader killed, next acknowledged after %.0f ms; all killed %.0f ms",
                            round,
                            rounds,
                            contender.label(),
                            gaps.leaderKilled().getLast(),
                            gaps.allKilled().getLast()));
                }
            }
        } finally {
            place.leave(true);
        }
    }

    private Gaps gaps(Contender contender) {
        return Objects.requireNonNull(measured.get(contender));
    }

    /** Before, every node keeps up and the cluster has come to rest; afterwards what was killed runs again. */
    private static double gap(
            ClusterUnderTest cluster, SteadyAcknowledgements acknowledgements, Supplier<Runnable> kill) {
        acknowledgements.awaitNext(LIMIT);
        ClusterTopic.awaitFollowed(cluster, TOPIC);
        Stopwatch.sleep(REST);
        Stopwatch sinceKill = Stopwatch.started();
        Runnable after = kill.get();
        acknowledgements.awaitNext(LIMIT);
        double gapMs = sinceKill.elapsedMs();
        after.run();
        return gapMs;
    }

    private static Runnable killLeader(ClusterUnderTest cluster) {
        BrokerUnderTest leader = cluster.nodeOf(cluster.leader(TOPIC, 0).orElseThrow());
        leader.kill9();
        return leader::restart;
    }

    private static Runnable killAll(ClusterUnderTest cluster) {
        cluster.nodes().forEach(BrokerUnderTest::kill9);
        cluster.nodes().forEach(BrokerUnderTest::relaunch);
        return () -> cluster.nodes().forEach(BrokerUnderTest::awaitReady);
    }

    private void report(Contender contender) {
        say(words(contender, "leader killed", gaps(contender).leaderKilled()));
        say(words(contender, "all killed", gaps(contender).allKilled()));
    }

    private static String words(Contender contender, String what, List<Double> gaps) {
        List<Double> sorted = gaps.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%s, %s: median %.0f ms (%.0f..%.0f)",
                what,
                contender.label(),
                median(gaps),
                sorted.getFirst(),
                sorted.getLast());
    }

    private static double median(List<Double> gaps) {
        List<Double> sorted = gaps.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private boolean isGood() {
        double leader = median(gaps(Contender.SLUICE).leaderKilled());
        double all = median(gaps(Contender.SLUICE).allKilled());
        boolean isLeaderGood = judge("leader killed, ms", leader, LEADER_BAR_MS);
        boolean isAllGood = judge("all killed, ms", all, ALL_BAR_MS);
        return isBetterThanTheirs(leader, all) && isLeaderGood && isAllGood;
    }

    private boolean isBetterThanTheirs(double leader, double all) {
        if (alone) {
            return true;
        }
        Gaps theirs = gaps(Contender.KAFKA);
        say(String.format(Locale.ROOT, "all killed, ours ÷ theirs: %.2f", all / median(theirs.allKilled())));
        return judge("leader killed, ours ÷ theirs", leader / median(theirs.leaderKilled()), LEADER_BAR_RATIO);
    }

    private static boolean judge(String what, double figure, double bar) {
        boolean isMet = figure <= bar;
        say(String.format(Locale.ROOT, "%s: %.2f, bar %.2f: %s", what, figure, bar, isMet ? "met" : "MISSED"));
        return isMet;
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
