package io.sluice.broker;

import io.sluice.broker.cluster.CatchUp;
import io.sluice.broker.cluster.ClusterCommands;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.ClusterState;
import io.sluice.broker.cluster.Exclusion;
import io.sluice.broker.cluster.KeptShards;
import io.sluice.broker.cluster.LeaderMoves;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.NodeStage;
import io.sluice.broker.cluster.NodeStanding;
import io.sluice.broker.cluster.ShardRecord;
import io.sluice.broker.cluster.ShardSteward;
import io.sluice.broker.cluster.Standings;
import io.sluice.broker.forward.DecidingShard;
import io.sluice.broker.forward.Forwarding;
import io.sluice.common.Clock;
import io.sluice.common.PeerServices;
import io.sluice.common.PeerTransport;
import io.sluice.replication.Durability;
import io.sluice.replication.Leadership;
import io.sluice.replication.Replication;
import io.sluice.replication.Shard;
import io.sluice.replication.ShardSpec;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.StateMachine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes a broker a node: it sends commands to whoever decides them, and keeps and leads the shards that it shall. Any
 * thread.
 */
final class Membership implements KeptShards, DecidingShard {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long LOOK_INTERVAL_MS = 500;
    private static final long HAND_OVER_WAIT_MS = 3_000;
    private static final long STANDINGS_WAIT_MS = 1_500;

    /** A node that is farther behind would keep the group waiting while it takes over. */
    private static final long LAG_MAX = 2_000;

    private final int nodeId;
    private final Replication replication;
    private final ClusterState state;
    private final PeerTransport transport;
    private final Clock clock;
    private final IntFunction<List<StateMachine>> machines;
    private final IntConsumer forgotten;
    private final Forwarding forwarding;
    private final ClusterCommands commands;
    private final ScheduledThreadPoolExecutor executor;
    private final Standings standings;
    private final LeaderMoves moves;
    private final CatchUp catchUp;
    private final Exclusion exclusion;
    private final Set<Integer> heard = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private volatile Runnable whenLeadershipChanges = () -> {};
    private volatile Runnable look = () -> {};
    private volatile LongSupplier followedVersion = () -> 0;
    private volatile boolean isServing;

    Membership(Replication replication, PeerServices peers, BrokerCluster cluster, ClusterState state, Parts parts) {
        this.nodeId = cluster.node().identity().nodeId();
        this.transport = cluster.node().transport();
        this.replication = replication;
        this.state = state;
        this.clock = parts.clock();
        this.machines = parts.machines();
        this.forgotten = parts.forgotten();
        this.forwarding = new Forwarding(nodeId, this, peers, parts.clock(), parts.threads());
        this.commands = new ClusterCommands(state, forwarding);
        this.executor = new ScheduledThreadPoolExecutor(1, parts.threads());
        this.standings = new Standings(peers, this::ownStanding);
        this.moves = new LeaderMoves(peers, nodeId, this::letLead);
        this.catchUp = new CatchUp(this, standings::ask, this::execute);
        this.exclusion = new Exclusion(nodeId, this, standings::askAll, this::execute, clock);
        ClusterCommands.accept(forwarding, state, metadata());
    }

    /**
     * What it needs of the process.
     *
     * @param machines those that a shard of records hosts
     * @param forgotten hears of a shard that is no longer here, whose machines are not needed any more
     */
    record Parts(Clock clock, ThreadFactory threads, IntFunction<List<StateMachine>> machines, IntConsumer forgotten) {}

    /** Shard 0 as whoever has commands for it should see it. */
    CommandRunner runner() {
        return forwarding;
    }

    Forwarding forwarding() {
        return forwarding;
    }

    ClusterCommands commands() {
        return commands;
    }

    /** Hears on apply threads that this node leads more or fewer shards than before. Before {@link #start}. */
    void whenLeadershipChanges(Runnable listener) {
        whenLeadershipChanges = listener;
    }

    /** Runs the task when the others have removed this node, on a thread that it must not keep. Before {@link #start}. */
    void whenRemoved(Runnable task) {
        exclusion.whenCertain(task);
    }

    /** From now on does what the metadata says, as this node; {@code replicationFactor} for a cluster that it founds. */
    void start(NodeRecord self, int replicationFactor) {
        ShardSteward steward = new ShardSteward(
                new ShardSteward.Self(self, replicationFactor),
                state::image,
                this,
                commands::run,
                this::execute,
                clock);
        look = () -> {
            isAsked.set(false);
            runLogged(steward);
        };
        followedVersion = steward::followedVersion;
        isServing = true;
        for (int shard : List.of(ReplicationShards.METADATA, ReplicationShards.FSYNC, ReplicationShards.OS)) {
            if (replication.isOpen(shard)) {
                listen(shard);
            }
        }
        state.addListener(image -> lookSoon());
        var unused = executor.scheduleWithFixedDelay(() -> look.run(), 0, LOOK_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** The outermost frame: a look that fails must not end those that follow. */
    private void runLogged(ShardSteward steward) {
        try {
            steward.look();
            ClusterImage image = state.image();
            catchUp.look(kept(image));
            exclusion.look(image);
        } catch (RuntimeException e) {
            LOG.error("this node could not do what the cluster's metadata says; it will try again", e);
        }
    }

    private void listen(int shard) {
        if (heard.add(shard)) {
            replication.shard(shard).onLeadership(leadership -> {
                whenLeadershipChanges.run();
                lookSoon();
            });
        }
    }

    private void lookSoon() {
        if (isAsked.compareAndSet(false, true)) {
            execute(() -> look.run());
        }
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("the node stops", stopped);
        }
    }

    boolean isReachable(int node) {
        return transport.connect(node).isOpen();
    }

    private List<Integer> kept(ClusterImage image) {
        return image.shards().values().stream()
                .filter(shard -> shard.members().contains(nodeId))
                .map(ShardRecord::id)
                .toList();
    }

    private NodeStanding ownStanding(int asker) {
        ClusterImage image = state.image();
        boolean knowsAsker = !image.isFounded()
                || image.node(asker).isPresent()
                || image.shards().values().stream()
                        .anyMatch(shard -> shard.members().contains(asker));
        TreeMap<Integer, NodeStanding.Place> places = new TreeMap<>();
        for (int id : replication.openShards()) {
            replication.find(id).ifPresent(shard -> places.put(id, place(shard)));
        }
        return new NodeStanding(isServing, knowsAsker, followedVersion.getAsLong(), places);
    }

    private static NodeStanding.Place place(Shard shard) {
        boolean isQuarantined = shard.quarantine().isPresent();
        return new NodeStanding.Place(shard.isLeading(), isQuarantined, shard.appliedIndex());
    }

    /** How the nodes stand that answer within a second, this one included. */
    CompletableFuture<Map<Integer, NodeStanding>> standings() {
        return standings.askAll(others()).thenApply(answers -> {
            Map<Integer, NodeStanding> all = new TreeMap<>(answers);
            all.put(nodeId, ownStanding(nodeId));
            return all;
        });
    }

    /** Asks the leader of the shard to let that node lead it now; whether it did. */
    CompletableFuture<Boolean> elect(int shard, int leader, int wanted) {
        return moves.move(shard, leader, wanted);
    }

    private CompletableFuture<Boolean> letLead(int shard, int node) {
        Optional<Shard> known = replication.find(shard).filter(Shard::isLeading);
        if (known.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        var unused = isReadyToLead(shard, node).whenComplete((isReady, failure) -> {
            if (failure == null && isReady && handLeadershipTo(shard, node)) {
                known.get().onceNotLeading(gone);
            } else {
                gone.complete(false);
            }
        });
        return gone.completeOnTimeout(false, HAND_OVER_WAIT_MS, TimeUnit.MILLISECONDS);
    }

    private List<Integer> others() {
        return state.image().nodes().keySet().stream()
                .filter(node -> node != nodeId)
                .toList();
    }

    /**
     * Empty if it belongs to the cluster, has caught up with each shard that it keeps since it started, hears of their leaders,
     * and has a say in each; else what is still to come.
     */
    Optional<String> whyNotReady() {
        Optional<String> repair = Stream.concat(Stream.of(ReplicationShards.METADATA), kept(state.image()).stream())
                .flatMap(id -> replication.find(id).stream())
                .flatMap(shard -> shard
                        .quarantine()
                        .map(quarantine -> "shard " + shard.id()
                                + " is in quarantine, because its journal was lost, and " + quarantine.progress())
                        .stream())
                .findFirst();
        return repair.or(() -> hasCaughtUp() ? Optional.empty() : Optional.of("this node catches up"));
    }

    /** Complete once it has applied what the metadata was before it started. */
    CompletableFuture<Void> onceCurrent() {
        return catchUp.once(ReplicationShards.METADATA);
    }

    private boolean hasCaughtUp() {
        ClusterImage image = state.image();
        return isServing
                && image.node(nodeId).isPresent()
                && catchUp.isDone(ReplicationShards.METADATA)
                && kept(image).stream()
                        .allMatch(shard -> catchUp.isDone(shard)
                                && replication
                                        .find(shard)
                                        .filter(known -> known.leadership().leaderId() > 0)
                                        .isPresent());
    }

    /** Gives away what this node leads, as far as others can take it, and takes nothing more; waits some seconds at most. */
    void handOverEverything() {
        isServing = false;
        Map<Integer, NodeStanding> others = othersNow();
        List<CompletableFuture<Boolean>> leaving = new ArrayList<>();
        for (int id : state.image().shards().keySet()) {
            Optional<Shard> given = replication.find(id).filter(shard -> handOver(shard, others));
            if (given.isPresent()) {
                CompletableFuture<Boolean> gone = new CompletableFuture<>();
                given.get().onceNotLeading(gone);
                leaving.add(gone);
            }
        }
        await(CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new)), HAND_OVER_WAIT_MS);
    }

    private Map<Integer, NodeStanding> othersNow() {
        CompletableFuture<Map<Integer, NodeStanding>> answers = standings.askAll(others());
        return await(answers, STANDINGS_WAIT_MS) ? answers.join() : Map.of();
    }

    private static boolean await(CompletableFuture<?> future, long waitMs) {
        try {
            future.get(waitMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            LOG.warn("stops while others have not taken over what it led; they will after their time-out", late);
        }
        return false;
    }

    /** To one that serves if there is any; of several to the one that keeps up best. */
    private boolean handOver(Shard shard, Map<Integer, NodeStanding> others) {
        ClusterImage image = state.image();
        return shard.isLeading()
                && shard.members().stream()
                        .filter(node -> others.containsKey(node) && image.stage(node) == NodeStage.ACTIVE)
                        .sorted(Comparator.comparingLong(node -> -eagerness(others.get(node), shard.id())))
                        .anyMatch(shard::handLeadershipTo);
    }

    private static long eagerness(@Nullable NodeStanding node, int shard) {
        return Optional.ofNullable(node)
                .filter(NodeStanding::isServing)
                .flatMap(serving -> serving.shard(shard))
                .filter(place -> !place.isQuarantined())
                .map(NodeStanding.Place::appliedIndex)
                .orElse(-1L);
    }

    void stop() {
        executor.shutdown();
        forwarding.stop();
    }

    @Override
    public Optional<Standing> standing(int shard) {
        return replication.find(shard).map(known -> {
            Leadership leadership = known.leadership();
            return new Standing(
                    leadership.isHere(),
                    leadership.leaderId(),
                    leadership.term(),
                    known.appliedIndex(),
                    known.members().stream().sorted().toList());
        });
    }

    @Override
    public void open(int shard, Durability durability, List<Integer> firstReplicas) {
        boolean isNew = !replication.isOnDisk(shard);
        replication.addShard(new ShardSpec(shard, durability, machines.apply(shard), firstReplicas));
        LOG.info("keeps shard={}", shard);
        if (isNew) {
            // After a start the checkpoint alone tells what to open until somebody leads the metadata.
            var unused = replication.askForCheckpoint(ReplicationShards.METADATA);
        }
        listen(shard);
    }

    @Override
    public void close(int shard) {
        if (shard >= ReplicationShards.FIRST_ADDED && catchUp.isDone(ReplicationShards.METADATA)) {
            replication.removeShard(shard);
            forgotten.accept(shard);
            heard.remove(shard);
            catchUp.forget(shard);
            LOG.info("keeps no more shard={}", shard);
        }
    }

    @Override
    public CompletableFuture<Boolean> haveFollowed(List<Integer> nodes, long clusterVersion) {
        return standings
                .askAll(nodes)
                .thenApply(answers -> answers.size() == nodes.size()
                        && answers.values().stream()
                                .allMatch(standing -> standing.followedVersion() >= clusterVersion));
    }

    @Override
    public CompletableFuture<Optional<String>> changeMembers(int shard, List<Integer> nodes) {
        return replication
                .find(shard)
                .map(known -> known.changeMembers(nodes))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.of("the shard is not here any more")));
    }

    @Override
    public CompletableFuture<Boolean> isReadyToLead(int shard, int node) {
        long applied = replication.find(shard).map(Shard::appliedIndex).orElse(0L);
        return standings
                .ask(node)
                .thenApply(standing -> standing.isServing()
                        && standing.shard(shard)
                                .filter(place -> !place.isQuarantined() && applied - place.appliedIndex() <= LAG_MAX)
                                .isPresent());
    }

    @Override
    public boolean handLeadershipTo(int shard, int node) {
        // A node that is away would keep the group without a leader for the time that it is waited for.
        return isReachable(node)
                && replication
                        .find(shard)
                        .filter(known -> known.handLeadershipTo(node))
                        .isPresent();
    }

    private Shard metadata() {
        return replication.shard(ReplicationShards.METADATA);
    }

    @Override
    public boolean isLeading() {
        return metadata().isLeading();
    }

    @Override
    public int leaderId() {
        int known = metadata().leadership().leaderId();
        return known > 0
                ? known
                : state.image()
                        .shard(ReplicationShards.METADATA)
                        .map(ShardRecord::leader)
                        .orElse(0);
    }

    @Override
    public long appliedIndex() {
        return metadata().appliedIndex();
    }

    @Override
    public long reachedIndex() {
        return metadata().reachedIndex();
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        metadata().submit(machine, command);
    }
}
