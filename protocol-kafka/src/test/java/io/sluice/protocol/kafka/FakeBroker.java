package io.sluice.protocol.kafka;

import io.sluice.broker.access.AccessControl;
import io.sluice.broker.access.AuthorizerSettings;
import io.sluice.broker.api.Access;
import io.sluice.broker.api.AccessRuleService;
import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.ConfigService;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.LoggerService;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.api.ProducerIdService;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.UserService;
import io.sluice.broker.security.LocalSecurity;
import io.sluice.broker.security.SecurityState;
import io.sluice.common.BufferPool;
import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.StateMachine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A broker in memory; its one apply thread answers as the real one does. */
final class FakeBroker implements Broker, AutoCloseable {
    private final BufferPool pool = new BufferPool(64 << 10, 16);
    private final ExecutorService apply = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("apply").factory());
    private final FakeTopics topics = new FakeTopics(pool, apply);
    private final FakeGroups groups = new FakeGroups();
    private final LocalSecurity security = new LocalSecurity(
            new SecurityState(), new AccessControl(AuthorizerSettings.OFF, new SystemClock()), new NoShard());
    private final FakeDeliveries deliveries = new FakeDeliveries();
    private final FakeCluster cluster = new FakeCluster();
    private final FakeQuotas quotas = new FakeQuotas();
    private final AtomicLong producerIds = new AtomicLong(1000);
    private volatile RuntimeException fault;

    /** From now on this node leads all partitions, and members of delivery groups hear so. */
    void leadElsewhere(NodeInfo leader) {
        cluster.lead(leader);
        deliveries.answer(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    /** Its services throw this from now on, or fail later with it; null to end that. */
    void failCalls(RuntimeException unexpected) {
        fault = unexpected;
    }

    private void throwFault() {
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public FakeTopics topics() {
        throwFault();
        return topics;
    }

    @Override
    public ConfigService configs() {
        throwFault();
        return new FakeConfigs(topics);
    }

    @Override
    public ClusterService cluster() {
        throwFault();
        return cluster;
    }

    @Override
    public FakeGroups groups() {
        throwFault();
        return groups;
    }

    @Override
    public DeliveryService deliveries() {
        throwFault();
        return deliveries;
    }

    @Override
    public FakeQuotas quotas() {
        throwFault();
        return quotas;
    }

    @Override
    public ProducerIdService producerIds() {
        return () -> fault == null
                ? CompletableFuture.completedFuture(Result.of(producerIds.getAndIncrement()))
                : CompletableFuture.supplyAsync(
                        () -> {
                            throw fault;
                        },
                        apply);
    }

    @Override
    public StreamService streams() {
        throw new UnsupportedOperationException();
    }

    @Override
    public AccessRuleService accessRules() {
        throwFault();
        return security;
    }

    @Override
    public UserService users() {
        throwFault();
        return security;
    }

    @Override
    public Access access() {
        return Access.UNRESTRICTED;
    }

    @Override
    public Broker as(Caller caller) {
        return this;
    }

    @Override
    public void leave() {}

    @Override
    public LoggerService loggers() {
        return LoggerService.NONE;
    }

    @Override
    public String clusterId() {
        throwFault();
        return "AAAAAAAAAAAAAAAAAAAAAQ";
    }

    @Override
    public int nodeId() {
        return 1;
    }

    /** There is no shard for users here. */
    private static final class NoShard implements CommandRunner {
        @Override
        public <M extends StateMachine> void submit(M machine, Command<M> command) {
            command.refused(ErrorCode.NOT_COORDINATOR);
        }
    }

    /** Bytes that readers still share after the broker let go of all. */
    long outstandingBytes() {
        topics.releaseAll();
        return pool.outstandingBytes();
    }

    @Override
    public void close() {
        apply.shutdown();
    }
}
