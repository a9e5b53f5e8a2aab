package io.sluice.protocol.kafka;

import io.netty.util.concurrent.EventExecutor;
import io.sluice.broker.api.QuotaMeters;
import io.sluice.common.Clock;
import io.sluice.network.MemoryBudget;
import io.sluice.network.PrincipalMapping;
import io.sluice.network.RateLimitedLog;
import io.sluice.protocol.kafka.codec.Door;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;

/** What all connections of one listener share. Any event loop. */
final class KafkaListener {
    private final Door door;
    private final KafkaSettings settings;
    private final PrincipalMapping mapping;
    private final MemoryBudget requestMemory;
    private final MemoryBudget parkedMemory;
    private final MemoryBudget answerMemory;
    private final RateLimitedLog refusals;
    private final ColdCalls coldCalls;
    private final ProduceHandler produce;
    private final FetchHandler fetch;
    private final Map<EventExecutor, ProduceTimeouts> produceTimeouts = new ConcurrentHashMap<>();
    private final QuotaMeters quotas;
    private final ThrottleCounters throttles = new ThrottleCounters();
    private final Clock clock;
    private final ApiCounters apis;

    KafkaListener(Door door, KafkaSettings settings, PrincipalMapping mapping, Clock clock) {
        this.door = door;
        this.mapping = mapping;
        this.settings = settings;
        this.clock = clock;
        quotas = door.broker().quotas().meters();
        requestMemory = new MemoryBudget(settings.limits().requestMemoryBytes());
        parkedMemory = new MemoryBudget(settings.limits().requestMemoryBytes());
        answerMemory = new MemoryBudget(settings.limits().answerMemoryBytes());
        refusals = new RateLimitedLog(LoggerFactory.getLogger(KafkaConnection.class), clock);
        apis = new ApiCounters(clock);
        coldCalls = new ColdCalls(door, requestMemory, settings.limits().shareSessionsMax());
        produce = new ProduceHandler();
        fetch = new FetchHandler(settings.limits(), clock, door.blocking());
    }

    Door door() {
        return door;
    }

    PrincipalMapping mapping() {
        return mapping;
    }

    /** What its clients may use. */
    QuotaMeters quotas() {
        return quotas;
    }

    ThrottleCounters throttles() {
        return throttles;
    }

    Clock clock() {
        return clock;
    }

    KafkaLimits limits() {
        return settings.limits();
    }

    int writeHighBytes() {
        return settings.listener().writeHighBytes();
    }

    /** Partitions named by fetches that wait for records. */
    MemoryBudget parkedMemory() {
        return parkedMemory;
    }

    MemoryBudget requestMemory() {
        return requestMemory;
    }

    MemoryBudget answerMemory() {
        return answerMemory;
    }

    RateLimitedLog refusals() {
        return refusals;
    }

    ApiCounters apis() {
        return apis;
    }

    ProduceHandler produce() {
        return produce;
    }

    ProduceTimeouts produceTimeouts(EventExecutor loop) {
        return produceTimeouts.computeIfAbsent(loop, ProduceTimeouts::new);
    }

    FetchHandler fetch() {
        return fetch;
    }

    ColdCalls coldCalls() {
        return coldCalls;
    }
}
