package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random schedules of clients, clocks, failing commits and failovers against the promises of groups. {@code
 * -Dsluice.schedules=N} says how many, {@code -Dsluice.seed=S} the first; a failure names the seed that replays it.
 */
final class SimulationTest {
    private static final int STEPS = 400;
    private static final int SCHEDULES = 1_000;

    /** A simulation that never gets there proves nothing. */
    private static final String[] EXPECTED = {
        "join NONE", "join FENCED_INSTANCE_ID", "join GROUP_MAX_SIZE_REACHED", "join NOT_COORDINATOR",
        "sync NONE", "sync FENCED_INSTANCE_ID", "sync REBALANCE_IN_PROGRESS", "sync ILLEGAL_GENERATION",
        "commit NONE", "commit NOT_COORDINATOR", "commit REBALANCE_IN_PROGRESS", "commit FENCED_INSTANCE_ID"
    };

    @Test
    void groupsKeepTheirPromisesWhateverHappens() {
        int schedules = Integer.getInteger("sluice.schedules", SCHEDULES);
        long firstSeed = Long.getLong("sluice.seed", 1);
        Map<String, Integer> reached = new TreeMap<>();
        for (long seed = firstSeed; seed < firstSeed + schedules; seed++) {
            try {
                GroupsSimulation simulation = new GroupsSimulation(seed);
                simulation.run(STEPS);
                simulation.reached().forEach((answer, count) -> reached.merge(answer, count, Integer::sum));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("replay with -Dsluice.schedules=1 -Dsluice.seed=" + seed, e);
            }
        }
        if (schedules >= SCHEDULES) {
            assertThat(reached).as("what the schedules reached").containsKeys(EXPECTED);
        }
    }
}
