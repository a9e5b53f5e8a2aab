package io.sluice.broker.topic;

import io.sluice.replication.runtime.CommandRunner;

/**
 * The metadata and who runs its commands.
 *
 * @param state owned by the runner's apply thread
 * @param runner shard 0
 */
public record MetadataRuntime(MetadataState state, CommandRunner runner) {}
