package io.sluice.bench.measure;

import io.sluice.bench.measure.Row.RatioAtMost;
import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Twenty members join a group of 60 partitions at once, then one leaves: until every partition is owned again, and no
 * member holds more than its share.
 *
 * @param protocol {@code group.protocol} of the members
 */
record RebalanceMeasure(String protocol) implements Measure.Run {
    private static final int PARTITIONS = 60;
    private static final int MEMBERS = 20;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration STEP = Duration.ofMillis(5);
    private static final Duration SETTLE = Duration.ofSeconds(3);

    static Measure measure(String name, String protocol) {
        return new Measure(
                name,
                "20 members join a group of 60 partitions, one leaves, protocol " + protocol,
                Contender.SLUICE,
                Contender.KAFKA,
                List.of(
                        new Row("joinMs", "join until all own their share, ms", new RatioAtMost(0.5)),
                        new Row("leaveMs", "leave until all is owned again, ms", new RatioAtMost(0.5))),
                40,
                new RebalanceMeasure(protocol));
    }

    @Override
    public Map<String, Double> on(Contender contender, Path data) {
        try (BrokerUnderTest broker = contender.start(data, Map.of("group.initial.rebalance.delay.ms", "0"))) {
            BenchTopic.create(broker.kafkaAddress(), contender, PARTITIONS);
            List<Member> members = new ArrayList<>();
            try {
                for (int i = 0; i < MEMBERS; i++) {
                    members.add(new Member(settings(broker.kafkaAddress())));
                }
                Stopwatch join = Stopwatch.started();
                members.forEach(Member::start);
                awaitShares(members);
                double joinMs = join.elapsedMs();
                Stopwatch.sleep(SETTLE);
                Stopwatch leave = Stopwatch.started();
                members.removeFirst().leave();
                awaitShares(members);
                return Map.of("joinMs", joinMs, "leaveMs", leave.elapsedMs());
            } finally {
                members.forEach(Member::leave);
            }
        }
    }

    private Map<String, Object> settings(String address) {
        Map<String, Object> settings = new HashMap<>(TopicReader.settings(address));
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "bench");
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
        return settings;
    }

    private static void awaitShares(List<Member> members) {
        int shareMax = Math.ceilDiv(PARTITIONS, members.size());
        Stopwatch watch = Stopwatch.started();
        while (!areSettled(members, shareMax)) {
            if (watch.hasPassed(LIMIT)) {
                throw new IllegalStateException("the group does not settle");
            }
            Stopwatch.sleep(STEP);
        }
    }

    private static boolean areSettled(List<Member> members, int shareMax) {
        int owned = 0;
        for (Member member : members) {
            if (member.owned > shareMax) {
                return false;
            }
            owned += member.owned;
        }
        return owned == PARTITIONS;
    }

    /** A consumer and the thread that polls it. */
    private static final class Member {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final AtomicBoolean isLeaving = new AtomicBoolean();
        private final Thread thread =
                Thread.ofPlatform().daemon().name("member").unstarted(this::poll);
        private volatile int owned;

        Member(Map<String, Object> settings) {
            consumer = new KafkaConsumer<>(settings);
        }

        void start() {
            thread.start();
        }

        private void poll() {
            consumer.subscribe(List.of(BenchTopic.NAME));
            while (!isLeaving.get()) {
                consumer.poll(Duration.ofMillis(10));
                owned = consumer.assignment().size();
            }
            consumer.close();
        }

        void leave() {
            isLeaving.set(true);
            try {
                thread.join(LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a member leaves", e);
            }
        }
    }
}
