package io.sluice.replication.raft;

/**
 * How a member behaves in all its groups.
 *
 * @param electionTimeoutMs without a word of the leader for so long, or up to twice that, a member stands for election
 * @param inFlightBytes so much of a shard may be on its way to be committed; the next entry waits
 * @param arrivedBytes so much from other nodes may wait to be applied, in all groups together; a group that has its share of it
 *     is sent no more for the moment
 * @param stopWaitMs a stop waits so long for what is on its way, then gives it up
 */
public record RaftSettings(int electionTimeoutMs, long inFlightBytes, long arrivedBytes, long stopWaitMs) {
    private static final int HEAP_PART = 4;

    /** With 4 MiB on its way, a quarter of the heap for what arrived, and a stop of 5 s. */
    public static RaftSettings of(int electionTimeoutMs) {
        return new RaftSettings(
                electionTimeoutMs, 4L << 20, Runtime.getRuntime().maxMemory() / HEAP_PART, 5_000);
    }
}
