package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random schedules of groups of the consumer protocol and of both protocols. {@code -Dsluice.schedules=N} says how many,
 * {@code -Dsluice.seed=S} the first; a failure names the seed that replays it.
 */
final class ConsumersSimulationTest {
    private static final int STEPS = 300;
    private static final int SCHEDULES = 500;

    @Test
    void noPartitionHasTwoReadersAndInTheEndEachHasOne() {
        int schedules = Integer.getInteger("sluice.schedules", SCHEDULES);
        long firstSeed = Long.getLong("sluice.seed", 1);
        Map<String, Integer> reached = new TreeMap<>();
        for (long seed = firstSeed; seed < firstSeed + schedules; seed++) {
            try {
                ConsumersSimulation simulation = new ConsumersSimulation(seed);
                simulation.run(STEPS);
                simulation.reached().forEach((what, count) -> reached.merge(what, count, Integer::sum));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("replay with -Dsluice.schedules=1 -Dsluice.seed=" + seed, e);
            }
        }
        if (schedules >= SCHEDULES) {
            assertThat(reached).containsKeys("settled", "settled classic");
        }
    }
}
