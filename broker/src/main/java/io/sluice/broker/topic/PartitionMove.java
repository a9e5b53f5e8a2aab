package io.sluice.broker.topic;

import io.sluice.common.TopicId;

/**
 * A partition on its way from one shard to another, as the metadata has it.
 *
 * <pre>
 *   (none) ──begun──► COPYING ──sealed──► SEALED ──adopted──► ADOPTED ──done──► (none)
 *                        └──taken back──► (none)
 * </pre>
 *
 * @param topicId its topic
 * @param partition its number
 * @param number of the move: the version of the metadata that began it
 * @param from the shard that it leaves
 * @param to the shard that it goes to, and lies in from SEALED on
 * @param stage what is done
 * @param cut where it was cut off, once it is sealed
 */
public record PartitionMove(TopicId topicId, int partition, long number, int from, int to, Stage stage, Cut cut) {
    /** The order is part of the format. */
    public enum Stage {
        /** The new shard copies; the old one goes on serving. */
        COPYING,
        /** The old shard takes nothing more, all of it is copied: there is no way back, and the new one adopts it. */
        SEALED,
        /** The new shard serves; the old one is to let go of what it has. */
        ADOPTED
    }

    /**
     * What the old shard leaves to the new one.
     *
     * @param endOffset where it ends
     * @param startOffset where it begins
     * @param epochBase above all leader epochs that the old shard used, or may have named
     * @param lossCount how often it lost history
     */
    public record Cut(long endOffset, long startOffset, int epochBase, int lossCount) {
        /** Of a partition that is not sealed. */
        public static final Cut NONE = new Cut(0, 0, 0, 0);
    }

    PartitionMove sealed(Cut at) {
        return new PartitionMove(topicId, partition, number, from, to, Stage.SEALED, at);
    }

    PartitionMove adopted() {
        return new PartitionMove(topicId, partition, number, from, to, Stage.ADOPTED, cut);
    }
}
