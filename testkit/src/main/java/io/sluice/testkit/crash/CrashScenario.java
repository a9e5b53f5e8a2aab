package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.HistoryChecker;
import io.sluice.testkit.HistoryReport;
import io.sluice.testkit.ReadHistory;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A broker is killed at random moments under load and started again; at the end everything acknowledged must be there
 * once, in order, at its offset. Owner: the thread that calls {@link #run}.
 */
public final class CrashScenario {
    private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(60);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(90);
    private static final Duration CONTROL_LIMIT = Duration.ofSeconds(20);
    private static final int RECORDS_BEFORE_KILL = 50;
    private static final int MOMENT_LIMIT_MS = 1_200;

    private final BrokerUnderTest broker;
    private final CrashPlan plan;
    private final Consumer<String> progress;

    private CrashScenario(BrokerUnderTest broker, CrashPlan plan, Consumer<String> progress) {
        this.broker = broker;
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Plays all rounds on a running broker, which still runs at the end.
     *
     * @param progress gets a line a round
     */
    public static CrashOutcome run(BrokerUnderTest broker, CrashPlan plan, Consumer<String> progress) {
        return new CrashScenario(broker, plan, progress).play();
    }

    private CrashOutcome play() {
        SplittableRandom random = new SplittableRandom(plan.seed());
        CrashTopics.create(broker.kafkaAddress(), plan);
        try (CrashLoad load = new CrashLoad(broker.kafkaAddress(), plan);
                CrashFollower follower = new CrashFollower(broker.kafkaAddress(), plan)) {
            int round = 0;
            while (round < plan.rounds() && load.awaitProgress(RECORDS_BEFORE_KILL, PROGRESS_LIMIT)) {
                round++;
                playRound(round, random.nextInt(MOMENT_LIMIT_MS), load);
            }
            load.finish(plan.isControl() ? CONTROL_LIMIT : FINISH_LIMIT);
            follower.finish();
            return outcome(broker, plan, new Play(round, load, follower));
        }
    }

    private void playRound(int round, int momentMs, CrashLoad load) {
        Stopwatch.sleep(Duration.ofMillis(momentMs));
        broker.kill9();
        Stopwatch watch = Stopwatch.started();
        broker.restart();
        double readyMs = watch.elapsedMs();
        progress.accept(
                "round %d of %d: killed %d ms after the first acknowledgements, ready again in %.0f ms, %,d acknowledged so far"
                        .formatted(
                                round,
                                plan.rounds(),
                                momentMs,
                                readyMs,
                                load.history().acknowledgedCount()));
    }

    record Play(int rounds, CrashLoad load, CrashFollower follower) {}

    static CrashOutcome outcome(BrokerUnderTest broker, CrashPlan plan, Play play) {
        ReadHistory read = TopicReader.readAll(broker.kafkaAddress(), plan.allPartitions(), Duration.ofMinutes(3));
        HistoryReport report = HistoryChecker.check(
                play.load().history(), read, play.follower().seen());
        List<String> failures = new ArrayList<>(play.load().failures());
        failures.addAll(play.follower().failures());
        if (play.rounds() < plan.rounds()) {
            failures.add("nothing was acknowledged for %s after round %d".formatted(PROGRESS_LIMIT, play.rounds()));
        }
        return new CrashOutcome(play.rounds(), report, failures);
    }
}
