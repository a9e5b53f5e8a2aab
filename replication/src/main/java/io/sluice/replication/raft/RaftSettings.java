package io.sluice.replication.raft;

/**
 * How a member behaves in all its groups.
 *
 * @param electionTimeoutMs without a word of the leader for so long, or up to twice that, a member stands for election
 * @param inFlightBytes so much of a shard may be on its way to be committed; the next entry waits
 * @param stopWaitMs a stop waits so long for what is on its way, then gives it up
 */
public record RaftSettings(int electionTimeoutMs, long inFlightBytes, long stopWaitMs) {
    /** With 4 MiB on its way, and a stop of 5 s. */
    public static RaftSettings of(int electionTimeoutMs) {
        return new RaftSettings(electionTimeoutMs, 4L << 20, 5_000);
    }
}
