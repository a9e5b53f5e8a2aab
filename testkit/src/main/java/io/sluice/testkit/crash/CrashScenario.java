package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.Stopwatch;
import java.util.function.Consumer;

/**
 * A broker is killed at random moments under load and started again; at the end everything acknowledged must be there
 * once, in order, at its offset. Owner: the thread that calls {@link #run}.
 */
public final class CrashScenario {
    private static final int RECORDS_BEFORE_KILL = 50;
    private static final int MOMENT_LIMIT_MS = 1_200;

    private CrashScenario() {}

    /**
     * Plays all rounds on a running broker, which still runs at the end.
     *
     * @param progress gets a line a round
     */
    public static CrashOutcome run(BrokerUnderTest broker, CrashPlan plan, Consumer<String> progress) {
        CrashTopics.create(broker.kafkaAddress(), plan);
        return new CrashRounds(plan, round -> killed(broker), RECORDS_BEFORE_KILL, MOMENT_LIMIT_MS, progress)
                .play(broker.kafkaAddress());
    }

    private static double killed(BrokerUnderTest broker) {
        broker.kill9();
        Stopwatch watch = Stopwatch.started();
        broker.restart();
        return watch.elapsedMs();
    }
}
