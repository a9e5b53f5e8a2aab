package io.sluice.broker;

import io.sluice.broker.topic.PartitionMove;

/**
 * A partition on its way to another shard, as this node sees it.
 *
 * @param topic name of its topic
 * @param move what the metadata says
 * @param copiedTo offset up to which it is copied, −1 if this node does not keep the new shard
 * @param endOffset where it ends, −1 if this node does not keep the old shard
 */
public record MovingPartition(String topic, PartitionMove move, long copiedTo, long endOffset) {
    /** For people. */
    public String inWords() {
        String how = switch (move.stage()) {
            case COPYING -> copiedTo < 0 ? "is copied" : "is copied up to offset " + copiedTo + end();
            case SEALED -> "is taken over";
            case ADOPTED -> "has arrived, its old files are deleted";
        };
        return "partition " + topic + "-" + move.partition() + " goes from shard " + move.from() + " to " + move.to()
                + ", " + how;
    }

    private String end() {
        return endOffset < 0 ? "" : " of " + endOffset;
    }
}
