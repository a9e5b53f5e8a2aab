package io.sluice.broker.group;

import io.sluice.replication.runtime.CommandRunner;
import java.util.Optional;

/** Where slots of groups are, as this node knows it. Any thread, without blocking. */
public interface GroupShards {
    /** The shard whose leader coordinates the groups of the slot, from 0. */
    int shardOf(int slot);

    /** The shard, if this node keeps it. */
    Optional<? extends CommandRunner> kept(int shard);

    /** Whether another node is known to lead the shard. */
    boolean isLedElsewhere(int shard);
}
