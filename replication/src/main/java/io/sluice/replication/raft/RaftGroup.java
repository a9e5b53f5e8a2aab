package io.sluice.replication.raft;

import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A journal that several nodes keep, as one of them sees it when it opens it.
 *
 * @param name the same on all of them, unique in the cluster; letters, digits, hyphens, begins with a letter
 * @param disk where this node's part lies
 * @param directory the shard's; holds {@code journal/}
 * @param settings sizes of the journal's files
 * @param random makes salts
 * @param checkpointIndex entry of the newest durable checkpoint, 0 if there is none
 * @param checkpointTerm its term
 * @param transfer how this node gets another one's checkpoint
 * @param voters node ids of the first members, for a group that knows none yet; empty for a node that others will add
 */
public record RaftGroup(
        String name,
        Disk disk,
        Path directory,
        JournalSettings settings,
        RandomGenerator random,
        long checkpointIndex,
        long checkpointTerm,
        CheckpointTransfer transfer,
        List<Integer> voters) {}
