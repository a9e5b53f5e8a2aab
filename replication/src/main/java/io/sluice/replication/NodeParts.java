package io.sluice.replication;

import io.sluice.common.BufferPool;
import io.sluice.common.Clock;
import io.sluice.log.OpenFiles;
import io.sluice.log.disk.Disk;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What all shards of a node share. */
record NodeParts(
        ReplicationSettings settings,
        Disk disk,
        Clock clock,
        RandomGenerator random,
        NodeThreads threads,
        OpenFiles openFiles,
        BufferPool pool,
        TailBudget tails,
        SegmentWriter segments,
        DamageRegister damage,
        FreeSpace space,
        CopyPace copies,
        Optional<GroupMember> member) {
    /** The number that the node has in its cluster; one that stands alone has the first. */
    int nodeId() {
        return member.map(GroupMember::nodeId).orElse(1);
    }
}
