package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.common.Clock;
import io.sluice.common.PeerServices;
import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.DamagedJournalException;
import io.sluice.replication.journal.GroupJournal;
import io.sluice.replication.raft.RaftGroup;
import io.sluice.replication.raft.RaftJournal;
import io.sluice.replication.raft.RaftMember;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** This node as a member of the groups that keep its shards: the one place that makes replicated journals. */
final class GroupMember implements AutoCloseable {
    private final NodeIdentity identity;
    private final RaftMember member;
    private @Nullable CheckpointLoop checkpoints;
    private volatile @Nullable CheckpointServer server;

    /** Begins to hear of the others. */
    GroupMember(ClusterNode cluster, ThreadFactory threads, Clock clock) {
        this.identity = cluster.identity();
        this.member = new RaftMember(
                cluster.transport(),
                cluster.raft(),
                threads,
                clock,
                reason -> cluster.halt().accept(explained(reason)));
    }

    private static RuntimeException explained(RuntimeException reason) {
        if (!(reason instanceof DamagedJournalException damaged)) {
            return reason;
        }
        DamagedJournalException explained = new DamagedJournalException(damaged.getMessage()
                + "; start this node again: if other nodes keep the shard, too, it will be filled again by them");
        explained.initCause(damaged);
        return explained;
    }

    int nodeId() {
        return identity.nodeId();
    }

    PeerServices services() {
        return member.services();
    }

    /** Before any shard is opened: from now on other nodes may ask for checkpoints of the shards. */
    void begin(NodeParts node, CheckpointLoop newCheckpoints, IntFunction<Optional<Shard>> shards) {
        CheckpointServer made = new CheckpointServer(node, newCheckpoints, shards);
        checkpoints = newCheckpoints;
        server = made;
        member.services().serve(PeerServices.CHECKPOINT_FILES, made);
    }

    /** As {@link CheckpointLoop#ask}. */
    <T> CompletableFuture<T> onCheckpointThread(Supplier<T> question) {
        CheckpointLoop loop = checkpoints;
        Check.check(loop != null, "the member has not begun");
        return loop.ask(question);
    }

    /** Checkpoint thread, now and then. */
    void expireLeases() {
        CheckpointServer made = server;
        if (made != null) {
            made.expire();
        }
    }

    /** This node's part of the shard's group, not started; throws what {@link RaftJournal#open} throws. */
    GroupJournal open(
            ShardSpec spec,
            NodeParts node,
            Path directory,
            CheckpointFile.Content checkpoint,
            CheckpointTransfer transfer) {
        return RaftJournal.open(
                member,
                new RaftGroup(
                        DataDirectory.shardName(spec.id()),
                        node.disk(),
                        directory,
                        node.settings().journal(),
                        node.random(),
                        checkpoint.index(),
                        checkpoint.term(),
                        transfer,
                        spec.firstReplicas()));
    }

    /** Members of a group by this node's last record of them; the first ones where there is none. */
    List<Integer> known(Disk disk, Path directory, List<Integer> first) {
        return RaftJournal.known(disk, directory, first);
    }

    /** Looks at a part that is not open; as {@link RaftJournal#check}. */
    void check(Disk disk, Path directory, List<Integer> first) {
        RaftJournal.check(member, disk, directory, first);
    }

    /** After the journals. */
    @Override
    public void close() {
        CheckpointServer made = server;
        if (made != null) {
            made.stop();
        }
        member.close();
    }
}
