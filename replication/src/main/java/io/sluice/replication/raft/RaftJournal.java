package io.sluice.replication.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftServiceFactory;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.ApplyTaskMode;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import io.sluice.common.Histogram;
import io.sluice.common.Worker;
import io.sluice.log.disk.Disk;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.DamagedJournalException;
import io.sluice.replication.journal.GroupJournal;
import io.sluice.replication.journal.JournalFiles;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.Quarantine;
import io.sluice.replication.journal.SubmissionSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The journal of a group on the raft engine: committed is what a majority has synced. */
public final class RaftJournal implements GroupJournal {
    private static final int RECORD_ATTEMPTS = 100;
    private static final long RECORD_PAUSE_MS = 10;
    private static final byte[] NO_CONTEXT = {};

    /** The engine's ten cost more of an idle cluster's time than anything else. */
    private static final int HEARTBEATS_PER_TIMEOUT = 5;

    /**
     * Of entries that go together, or a single one. So many times the messages on their way, for each member that is far behind in
     * each group, must fit a small heap: of what is new there is never more on its way than {@link RaftSettings} says.
     */
    private static final int SENT_BYTES = 256 << 10;

    /** Entries that wait to be committed or applied, of what a leader has on its way. */
    private static final int IN_MEMORY_PER_IN_FLIGHT = 16;

    static {
        EngineProperties.set();
    }

    private final RaftMember member;
    private final RaftGroup group;
    private final JournalFiles files;
    private final boolean wasStoppedCleanly;

    /** Whether the group is older than this start: in a new one others may not have begun yet. */
    private final boolean hasVoted;

    private final CheckpointPosition checkpoint;
    private final EntryLog log;
    private final VoteStorage votes;
    private final CheckpointStorage checkpoints;
    private final FilePreparation preparation;
    private final Optional<ReplicaRepair> repair;
    private @Nullable FlightControl flights;
    private @Nullable CommitHandler handler;
    private volatile @Nullable Node node;
    private @Nullable HastyElection hasty;
    private final Worker feeder = new Worker();
    private final Worker preparer = new Worker();

    private RaftJournal(RaftMember member, RaftGroup group, JournalFiles files, boolean hasVoted) {
        this.hasVoted = hasVoted;
        this.member = member;
        this.group = group;
        this.files = files;
        wasStoppedCleanly = files.wasClosedCleanly();
        checkpoint = new CheckpointPosition(group.checkpointIndex(), group.checkpointTerm());
        preparation = new FilePreparation(files, member.halt());
        votes = VoteStorage.open(group.disk(), group.directory(), member.halt());
        checkpoints = new CheckpointStorage(member, group, checkpoint);
        log = new EntryLog(
                files,
                member.clock(),
                checkpoint::index,
                this::handedOverIndex,
                Peers.Members.of(checkpoints.hasRecord() ? List.of() : group.voters()),
                member.halt(),
                preparation::appended,
                member.memory()::readBytes);
        repair = QuarantineMark.exists(group.disk(), group.directory())
                ? Optional.of(new ReplicaRepair(member, group, votes.getTerm(), this::leader, log::durableIndex))
                : Optional.empty();
    }

    /**
     * Opens this node's part of the group. A directory that a single node wrote becomes the first of a group here, without
     * copying; an empty one waits for the others. One whose journal is damaged or gone begins in quarantine, and is filled
     * by the others.
     *
     * @throws DamagedJournalException if the journal is damaged and there are no others, or if the vote is missing or
     *     damaged though the group has voted
     */
    public static RaftJournal open(RaftMember member, RaftGroup group) {
        boolean hasVoted = VoteStorage.exists(group.disk(), group.directory());
        JournalFiles files = hasVoted
                ? PartOpening.open(Peers.nodeId(member.peer()), group)
                : JournalFiles.open(
                        group.disk(), PartOpening.journalIn(group.directory()), group.settings(), group.random(), 0);
        boolean done = false;
        try {
            if (!hasVoted) {
                prepare(group, files);
            }
            RaftJournal journal = new RaftJournal(member, group, files, hasVoted);
            done = true;
            return journal;
        } finally {
            if (!done) {
                files.close();
            }
        }
    }

    /** Members of a part of a group, open or not, by the last record of them; the first ones where there is none. */
    public static List<Integer> known(Disk disk, Path directory, List<Integer> first) {
        return PartOpening.known(disk, directory, first);
    }

    /**
     * Reads a part of a group that will be opened later, and changes nothing of its log. {@code first} are the members of a
     * group that has recorded none.
     *
     * @throws DamagedJournalException if it could not be opened or started then, because its log is damaged and this node is
     *     the only one that is known to have it
     */
    public static void check(RaftMember member, Disk disk, Path directory, List<Integer> first) {
        if (PartOpening.isAlone(Peers.nodeId(member.peer()), disk, directory, first)) {
            JournalFiles.check(
                    disk, PartOpening.journalIn(directory), CheckpointStorage.recordedIndex(disk, directory) + 1);
        }
    }

    /** Makes what the engine keeps beside the log. The vote comes last: it says that the rest is there. */
    private static void prepare(RaftGroup group, JournalFiles files) {
        files.replay(0, entry -> {
            if (entry.type() == EntryCodec.CONFIGURATION) {
                throw new DamagedJournalException(
                        group.directory() + " has lost its vote: the node might vote twice in a"
                                + " term. Remove it from the cluster and add it again with an empty directory");
            }
        });
        long term = Math.max(files.lastTerm(), group.checkpointTerm());
        if (group.checkpointIndex() > 0 && !CheckpointStorage.exists(group.disk(), group.directory())) {
            CheckpointStorage.create(
                    group.disk(),
                    group.directory(),
                    group.checkpointIndex(),
                    group.checkpointTerm(),
                    Peers.Members.of(group.voters()));
        }
        // From then on a journal that is not there has been lost.
        group.disk().syncDirectory(PartOpening.journalIn(group.directory()));
        VoteStorage.create(group.disk(), group.directory(), term);
    }

    /** Entries up to here were handed over, so that cutting one of them would undo what is done. */
    private long handedOverIndex() {
        CommitHandler started = handler;
        return started == null ? checkpoints.recordedIndex() : started.handedOverIndex();
    }

    @Override
    public long lastIndex() {
        CommitHandler started = handler;
        return started == null ? group.checkpointIndex() : started.committedIndex();
    }

    @Override
    public long term() {
        CommitHandler started = handler;
        return started == null ? votes.getTerm() : started.term();
    }

    @Override
    public boolean wasStoppedCleanly() {
        return wasStoppedCleanly;
    }

    /** Hands over nothing: see the class. */
    @Override
    public void replay(long fromIndex, Consumer<CommittedEntry> consumer) {}

    @Override
    public void start(SubmissionSource source, JournalListener listener) {
        FlightControl control =
                new FlightControl(source, listener, member.settings().inFlightBytes(), log::isTight, member.clock());
        CommitHandler commits = new CommitHandler(
                group,
                new CommitHandler.Checkpoints(checkpoints, checkpoint),
                control,
                member.memory().open(group.name()),
                votes.getTerm(),
                this::mayVote,
                member.halt());
        flights = control;
        handler = commits;
        member.abstention().begin(group.name(), this::mayVote);
        CallbackThreads.serve(group.name());
        Node started = RaftServiceFactory.createAndInitRaftNode(group.name(), member.peer(), options(commits));
        node = started;
        HastyElection elections = new HastyElection(
                started,
                started.getOptions().getRaftOptions(),
                member.settings().electionTimeoutMs(),
                member.timer());
        hasty = elections;
        commits.whenSomebodyLeads(elections::somebodyLeads);
        member.onPeerLost(elections);
        if (hasVoted) {
            elections.started();
        }
        feeder.start(member.threads(), group.name() + "-journal", () -> control.run(started));
        preparer.start(member.threads(), group.name() + "-journal-files", preparation::run);
        member.logEnds().add(group.name(), this::end);
        repair.ifPresent(ReplicaRepair::start);
    }

    private boolean mayVote() {
        return repair.map(ReplicaRepair::isOver).orElse(true);
    }

    /** A leader whose term did not change while it was asked had all these entries in that term. */
    private LogEnds.LogEnd end() {
        Node running = node;
        long ledTerm = votes.getTerm();
        if (running == null || !running.isLeader()) {
            return LogEnds.LogEnd.OF_NO_LEADER;
        }
        long lastIndex = running.getLastLogIndex();
        return running.isLeader() && votes.getTerm() == ledTerm
                ? new LogEnds.LogEnd(ledTerm, lastIndex)
                : LogEnds.LogEnd.OF_NO_LEADER;
    }

    @Override
    public Optional<Quarantine> quarantine() {
        return repair.flatMap(ReplicaRepair::progress);
    }

    private NodeOptions options(CommitHandler commits) {
        NodeOptions options = new MemberOptions(member.calls(), this::mayVote, files.committedIndex());
        options.setFsm(commits);
        options.setInitialConf(new Configuration(Peers.peers(group.voters())));
        options.setServiceFactory(new EngineParts(log, votes, checkpoints));
        // The engine asks for places; ours are in the parts above.
        options.setLogUri(CheckpointStorage.URI_SCHEME);
        options.setRaftMetaUri(CheckpointStorage.URI_SCHEME);
        options.setSnapshotUri(CheckpointStorage.URI_SCHEME);
        options.setElectionTimeoutMs(member.settings().electionTimeoutMs());
        options.setSnapshotIntervalSecs(0);
        options.setApplyTaskMode(ApplyTaskMode.Blocking);
        options.setSharedTimerPool(true);
        options.setSharedElectionTimer(true);
        options.setSharedVoteTimer(true);
        options.setSharedStepDownTimer(true);
        options.setSharedSnapshotTimer(true);
        // A new leader waits so long for a node that is away, with its lock in its hands.
        options.setRpcConnectTimeoutMs(Math.max(50, member.settings().electionTimeoutMs() / 2));
        options.setTimerPoolSize(2);
        options.setRpcProcessorThreadPoolSize(6);
        options.setDisableCli(true);
        options.setRaftOptions(raftOptions());
        return options;
    }

    private RaftOptions raftOptions() {
        RaftOptions options = new RaftOptions();
        options.setMaxElectionDelayMs(member.settings().electionTimeoutMs());
        options.setElectionHeartbeatFactor(HEARTBEATS_PER_TIMEOUT);
        options.setMaxBodySize(SENT_BYTES);
        options.setMaxAppendBufferSize(4 << 20);
        options.setMaxReplicatorInflightMsgs(32);
        options.setMaxLogsInMemoryBytes(
                IN_MEMORY_PER_IN_FLIGHT * member.settings().inFlightBytes());
        options.setDisruptorBufferSize(2048);
        options.setApplyBatch(128);
        options.setSyncMeta(true);
        options.setOpenStatistics(false);
        return options;
    }

    /**
     * The engine may forget entries below its last record but one, and each record names a checkpoint. It takes what it
     * handed over last for what the checkpoint holds; so the next record waits until a checkpoint has passed that. Passed,
     * not reached: a member that was given a checkpoint is asked for the term of its last entry, which must be there still, or
     * it is given the same one for ever.
     */
    @Override
    public void checkpointed(long index) {
        long term = log.termAt(index);
        Node running = node;
        if (term == 0 || running == null || !checkpoint.advance(index, term)) {
            return;
        }
        record(running, RECORD_ATTEMPTS);
    }

    /** The engine looks at what it has applied without a lock, and does nothing if that seems to be what it has recorded. */
    private void record(Node running, int attempts) {
        long index = checkpoint.index();
        boolean isNew = index > checkpoints.recordedIndex() && index > checkpoints.engineIndex();
        // The engine ends for good where a record cannot be made; the next checkpoint asks again.
        if (attempts > 0 && isNew && checkpoints.hasRoom()) {
            running.snapshot(status -> {
                if (status.isOk()) {
                    recordLater(running, attempts - 1);
                }
            });
        }
    }

    /** At once it might ask so often before the engine's thread has noted what it just handed over. */
    private void recordLater(Node running, int attempts) {
        if (checkpoint.index() > checkpoints.recordedIndex()) {
            try {
                var unused = member.timer()
                        .schedule(() -> record(running, attempts), RECORD_PAUSE_MS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException stopped) {
                // The next start records what it finds.
            }
        }
    }

    @Override
    public long bytesSinceCheckpoint() {
        return files.bytesFrom(checkpoint.index() + 1);
    }

    @Override
    public boolean isTight() {
        return log.isTight();
    }

    @Override
    public void giveBack() {
        files.giveBack();
    }

    @Override
    public long appendedBytes() {
        return log.appendedBytes();
    }

    @Override
    public long syncs() {
        return log.syncs();
    }

    @Override
    public Optional<Histogram> writeTimes() {
        return Optional.of(log.writeTimes());
    }

    @Override
    public Optional<Integer> leader() {
        Node running = node;
        return Optional.ofNullable(running == null ? null : running.getLeaderId())
                .map(Peers::nodeId);
    }

    @Override
    public List<Integer> voters() {
        CommitHandler started = handler;
        return started == null ? group.voters() : started.voters();
    }

    @Override
    public CompletableFuture<Optional<String>> changeMembers(List<Integer> voters) {
        Node running = node;
        CompletableFuture<Optional<String>> outcome = new CompletableFuture<>();
        if (running == null) {
            outcome.complete(Optional.of("the journal was not started"));
        } else {
            running.changePeers(
                    new Configuration(Peers.peers(voters)),
                    status -> outcome.complete(status.isOk() ? Optional.empty() : Optional.of(status.toString())));
        }
        return outcome;
    }

    @Override
    public boolean handLeadershipTo(int nodeId) {
        Node running = node;
        return running != null
                && running.transferLeadershipTo(nodeId == ANY_MEMBER ? PeerId.ANY_PEER : Peers.peer(nodeId))
                        .isOk();
    }

    @Override
    public CompletableFuture<Boolean> catchUp() {
        Node running = node;
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        if (running == null) {
            outcome.complete(false);
        } else {
            running.readIndex(NO_CONTEXT, new ReadIndexClosure() {
                @Override
                public void run(Status status, long index, byte[] context) {
                    outcome.complete(status.isOk());
                }
            });
        }
        return outcome;
    }

    /** Oldest entry that is still there. */
    long firstIndex() {
        return files.firstIndex();
    }

    /** Entry of the checkpoint that the engine would begin behind after a restart, 0 for none. */
    long recordedIndex() {
        return checkpoints.recordedIndex();
    }

    /** Commits what the source still has if a majority is there, and closes. */
    @Override
    public void stop(boolean cleanly) {
        member.logEnds().remove(group.name());
        repair.ifPresent(ReplicaRepair::stop);
        try {
            stopEngine();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        member.abstention().end(group.name());
        member.memory().close(group.name());
        preparation.stop();
        preparer.joinUnlessInterrupted();
        files.close(cleanly);
        votes.close();
        checkpoints.close();
    }

    private void stopHandler() {
        CommitHandler started = handler;
        if (started != null) {
            started.stop();
        }
        log.stop();
    }

    private void stopEngine() throws InterruptedException {
        FlightControl control = flights;
        Node running = node;
        if (control == null || running == null) {
            return;
        }
        stopHandler();
        HastyElection elections = hasty;
        if (elections != null) {
            member.forget(elections);
        }
        control.stop();
        feeder.join(member.settings().stopWaitMs());
        control.giveUp();
        feeder.join();
        control.awaitLandings(member.settings().stopWaitMs());
        running.shutdown();
        running.join();
        control.rejectAll();
    }
}
