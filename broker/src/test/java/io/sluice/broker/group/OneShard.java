package io.sluice.broker.group;

import io.sluice.replication.runtime.CommandRunner;
import java.util.Optional;

/** All slots are where they were from the beginning. */
final class OneShard implements GroupShards {
    boolean isElsewhere;
    private final CommandRunner runner;

    OneShard(CommandRunner runner) {
        this.runner = runner;
    }

    @Override
    public int shardOf(int slot) {
        return GroupCoordinator.FIRST_SHARD;
    }

    @Override
    public Optional<CommandRunner> kept(int shard) {
        return shard == GroupCoordinator.FIRST_SHARD ? Optional.of(runner) : Optional.empty();
    }

    @Override
    public boolean isLedElsewhere(int shard) {
        return isElsewhere;
    }
}
