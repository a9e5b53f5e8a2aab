package io.sluice.cli.flow;

import java.time.Duration;
import java.util.List;

/**
 * What {@code consume} was asked to do.
 *
 * @param topic what to read
 * @param partitions which of it, ascending; empty for all
 * @param start where to begin
 * @param follow whether to wait for more at the end
 * @param countLimit how many records to print at most
 * @param timeout how long the broker may stay silent before the end is reached
 */
record ConsumePlan(
        String topic,
        List<Integer> partitions,
        StartPosition start,
        boolean follow,
        long countLimit,
        Duration timeout) {}
