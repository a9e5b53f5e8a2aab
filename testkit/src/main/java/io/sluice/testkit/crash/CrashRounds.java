package io.sluice.testkit.crash;

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
 * Round after round under load: wait for acknowledgements, then until a random moment, then the misfortune; at the end
 * everything is read and compared. Owner: the thread that calls {@link #play}.
 *
 * @param plan how many rounds, which load
 * @param misfortune what happens to the broker, which runs again afterwards
 * @param recordsBefore how many records are acknowledged before
 * @param momentLimitMs how much later it happens at most
 * @param progress gets a line a round
 */
record CrashRounds(
        CrashPlan plan, Misfortune misfortune, int recordsBefore, int momentLimitMs, Consumer<String> progress) {
    private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(60);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(90);
    private static final Duration CONTROL_LIMIT = Duration.ofSeconds(20);

    /** What a round does to the broker. */
    interface Misfortune {
        /** Does it and starts the broker again; answers how long the start took, in milliseconds. */
        double strike(int round);
    }

    /** Plays all rounds on a broker whose topics are there. */
    CrashOutcome play(String addresses) {
        SplittableRandom random = new SplittableRandom(plan.seed());
        try (CrashLoad load = new CrashLoad(addresses, plan);
                CrashFollower follower = new CrashFollower(addresses, plan)) {
            int round = 0;
            while (round < plan.rounds() && load.awaitProgress(recordsBefore, PROGRESS_LIMIT)) {
                round++;
                playRound(round, random.nextInt(momentLimitMs), load);
            }
            load.finish(plan.isControl() ? CONTROL_LIMIT : FINISH_LIMIT);
            follower.finish();
            return outcome(addresses, round, load, follower);
        }
    }

    private void playRound(int round, int momentMs, CrashLoad load) {
        Stopwatch.sleep(Duration.ofMillis(momentMs));
        double readyMs = misfortune.strike(round);
        progress.accept(
                "round %d of %d: struck %d ms after the first acknowledgements, ready again in %.0f ms, %,d acknowledged so far"
                        .formatted(
                                round,
                                plan.rounds(),
                                momentMs,
                                readyMs,
                                load.history().acknowledgedCount()));
    }

    private CrashOutcome outcome(String addresses, int rounds, CrashLoad load, CrashFollower follower) {
        ReadHistory read = TopicReader.readAll(addresses, plan.allPartitions(), Duration.ofMinutes(3));
        HistoryReport report = HistoryChecker.check(load.history(), read, follower.seen());
        List<String> failures = new ArrayList<>(load.failures());
        failures.addAll(follower.failures());
        if (rounds < plan.rounds()) {
            failures.add("nothing was acknowledged for %s after round %d".formatted(PROGRESS_LIMIT, rounds));
        }
        return new CrashOutcome(rounds, report, failures);
    }
}
