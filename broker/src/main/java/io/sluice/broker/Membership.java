package io.sluice.broker;

import io.sluice.broker.cluster.ClusterCommands;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.ClusterState;
import io.sluice.broker.cluster.KeptShards;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.NodeStage;
import io.sluice.broker.cluster.ShardRecord;
import io.sluice.broker.cluster.ShardSteward;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
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

    private final int nodeId;
    private final Replication replication;
    private final ClusterState state;
    private final PeerTransport transport;
    private final Clock clock;
    private final IntFunction<List<StateMachine>> machines;
    private final Forwarding forwarding;
    private final ClusterCommands commands;
    private final ScheduledThreadPoolExecutor executor;
    private final Set<Integer> heard = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private volatile Runnable whenLeadershipChanges = () -> {};
    private volatile Runnable look = () -> {};

    Membership(Replication replication, PeerServices peers, BrokerCluster cluster, ClusterState state, Parts parts) {
        this.nodeId = cluster.node().identity().nodeId();
        this.transport = cluster.node().transport();
        this.replication = replication;
        this.state = state;
        this.clock = parts.clock();
        this.machines = parts.machines();
        this.forwarding = new Forwarding(nodeId, this, peers, parts.threads());
        this.commands = new ClusterCommands(state, forwarding);
        this.executor = new ScheduledThreadPoolExecutor(1, parts.threads());
        ClusterCommands.accept(forwarding, state, metadata());
    }

    /** What it needs of the process; {@code machines} are those that a shard of records hosts. */
    record Parts(Clock clock, ThreadFactory threads, IntFunction<List<StateMachine>> machines) {}

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
        for (int shard : List.of(ReplicationShards.METADATA, ReplicationShards.FSYNC, ReplicationShards.OS)) {
            if (replication.isOpen(shard)) {
                listen(shard);
            }
        }
        state.addListener(image -> lookSoon());
        var unused = executor.scheduleWithFixedDelay(() -> look.run(), 0, LOOK_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** The outermost frame: a look that fails must not end those that follow. */
    private static void runLogged(ShardSteward steward) {
        try {
            steward.look();
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

    /** Whether this node has heard who leads each shard that it keeps, and belongs to the cluster. */
    boolean isReady() {
        ClusterImage image = state.image();
        return image.node(nodeId).isPresent()
                && image.shards().values().stream()
                        .filter(shard -> shard.members().contains(nodeId))
                        .allMatch(shard -> replication.isOpen(shard.id())
                                && replication.shard(shard.id()).leadership().leaderId() > 0);
    }

    /** Gives away what this node leads, as far as others can take it; waits some seconds at most. */
    void handOverEverything() {
        List<CompletableFuture<Boolean>> given = new ArrayList<>();
        for (int id : state.image().shards().keySet()) {
            if (replication.isOpen(id) && handOver(replication.shard(id))) {
                CompletableFuture<Boolean> gone = new CompletableFuture<>();
                replication.shard(id).onLeadership(leadership -> {
                    if (!leadership.isHere()) {
                        gone.complete(true);
                    }
                });
                given.add(gone);
            }
        }
        try {
            CompletableFuture.allOf(given.toArray(CompletableFuture[]::new))
                    .get(HAND_OVER_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            LOG.warn("stops while it still leads something; others will take it over after their time-out", late);
        }
    }

    private boolean handOver(Shard shard) {
        ClusterImage image = state.image();
        return shard.isLeading()
                && shard.members().stream()
                        .filter(node -> node != nodeId && isReachable(node) && image.stage(node) == NodeStage.ACTIVE)
                        .anyMatch(shard::handLeadershipTo);
    }

    void stop() {
        executor.shutdown();
        forwarding.stop();
    }

    @Override
    public Optional<Standing> standing(int shard) {
        if (!replication.isOpen(shard)) {
            return Optional.empty();
        }
        Shard known = replication.shard(shard);
        Leadership leadership = known.leadership();
        return Optional.of(new Standing(
                leadership.isHere(),
                leadership.term(),
                known.members().stream().sorted().toList()));
    }

    @Override
    public void open(int shard, Durability durability, List<Integer> firstReplicas) {
        replication.addShard(new ShardSpec(shard, durability, machines.apply(shard), firstReplicas));
        LOG.info("keeps shard={}", shard);
        listen(shard);
    }

    @Override
    public CompletableFuture<Optional<String>> changeMembers(int shard, List<Integer> nodes) {
        return replication.shard(shard).changeMembers(nodes);
    }

    @Override
    public boolean handLeadershipTo(int shard, int node) {
        // A node that is away would keep the group without a leader for the time that it is waited for.
        return isReachable(node) && replication.shard(shard).handLeadershipTo(node);
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
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        metadata().submit(machine, command);
    }
}
