package io.sluice.replication;

/**
 * Who leads a shard, as one of its nodes knows it. Immutable.
 *
 * @param term newest term that this node has heard of a leader in
 * @param leaderId the leader's node id, 0 if there is none or it is not known
 * @param isHere whether this node leads and has applied everything of earlier terms: only then does it take appends and
 *     decide commands
 */
public record Leadership(long term, int leaderId, boolean isHere) {}
