package io.sluice.cli.group;

import org.jspecify.annotations.Nullable;

/**
 * What a reset does to the position of a group in one partition.
 *
 * @param topic the topic
 * @param partition the partition's number
 * @param position where the group is; null when it never committed
 * @param newPosition where it goes on
 * @param endOffset the offset that the next record gets
 * @param lag how many records lie after the new position
 * @param note why the new position is not the one asked for; empty when it is
 */
record PositionMove(
        String topic,
        int partition,
        @Nullable Long position,
        long newPosition,
        long endOffset,
        long lag,
        String note) {}
