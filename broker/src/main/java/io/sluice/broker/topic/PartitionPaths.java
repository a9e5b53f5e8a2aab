package io.sluice.broker.topic;

import io.sluice.broker.append.Appender;
import io.sluice.broker.read.CountingReads;
import java.util.function.Supplier;

/**
 * The ways in and out that all partitions share.
 *
 * @param appender the way in
 * @param reads the way out
 * @param streams the way into topics that were made as streams
 */
public record PartitionPaths(Appender appender, CountingReads reads, Supplier<StreamAppends> streams) {}
