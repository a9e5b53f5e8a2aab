package io.sluice.replication;

import io.sluice.replication.journal.Journal;
import io.sluice.replication.runtime.DecideRuntime;

/** What a shard is made of. */
record ShardParts(
        PartitionTable table,
        DecideRuntime runtime,
        EntryApplier applier,
        ApplyLoop loop,
        SegmentWriter segments,
        Journal journal,
        EntryQueue queue,
        TailMemory memory) {}
