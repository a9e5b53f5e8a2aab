package io.sluice.testkit.crash;

import java.time.Duration;
import java.util.List;

/**
 * What a chaos run does to a cluster.
 *
 * @param duration how long misfortunes happen; what follows takes some seconds more
 * @param seed decides what happens when; the machine's own timing still differs from run to run
 * @param isControl whether all nodes are put back to copies from an earlier moment, so that records must be lost
 * @param misfortunes names of those that may happen; all that are possible where there are none
 */
public record ChaosPlan(Duration duration, long seed, boolean isControl, List<String> misfortunes) {
    private static final int PRODUCERS = 3;
    private static final int TOPICS = 2;
    private static final int PARTITIONS = 3;

    /** Everything may happen after which a cluster is itself again in moments. */
    public static ChaosPlan ofMoments(Duration duration, long seed) {
        return new ChaosPlan(duration, seed, false, ClusterMisfortune.briefOnes());
    }

    /** Only the network is bad. */
    public static ChaosPlan ofNetworks(Duration duration, long seed) {
        return new ChaosPlan(duration, seed, false, ClusterMisfortune.ofNetworks());
    }

    CrashPlan load() {
        return new CrashPlan(0, seed, PRODUCERS, TOPICS, PARTITIONS, "", isControl);
    }
}
