package io.sluice.broker.topic;

import io.sluice.broker.append.Appender;
import io.sluice.broker.read.CountingReads;

/**
 * The ways in and out that all partitions share.
 *
 * @param appender the way in
 * @param reads the way out
 */
public record PartitionPaths(Appender appender, CountingReads reads) {}
