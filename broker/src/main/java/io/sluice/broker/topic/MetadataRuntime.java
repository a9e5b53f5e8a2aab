package io.sluice.broker.topic;

import io.sluice.replication.runtime.CommandRunner;

/**
 * The metadata and who runs its commands.
 *
 * @param state owned by the runner's apply thread
 * @param runner shard 0
 * @param cluster where topics may lie
 */
public record MetadataRuntime(MetadataState state, CommandRunner runner, ShardChoice cluster) {
    /** Of a broker alone. */
    public MetadataRuntime(MetadataState state, CommandRunner runner) {
        this(state, runner, ShardChoice.ALONE);
    }
}
