package io.sluice.protocol.kafka;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.ProducerIdService;
import io.sluice.broker.api.Result;
import io.sluice.common.BufferPool;
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
    private final AtomicLong producerIds = new AtomicLong(1000);

    @Override
    public FakeTopics topics() {
        return topics;
    }

    @Override
    public FakeGroups groups() {
        return groups;
    }

    @Override
    public ProducerIdService producerIds() {
        return () -> CompletableFuture.completedFuture(Result.of(producerIds.getAndIncrement()));
    }

    @Override
    public String clusterId() {
        return "AAAAAAAAAAAAAAAAAAAAAQ";
    }

    @Override
    public int nodeId() {
        return 1;
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
