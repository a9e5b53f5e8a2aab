package io.sluice.testkit.crash;

import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Many groups, so that all slots of groups have some, go forward all the time, whatever happens meanwhile: none may ever be behind
 * what was acknowledged to it. Owner: one thread.
 */
public final class ManyPositions implements AutoCloseable {
    private static final int GROUPS = 200;
    private static final int AT_ONCE = 20;
    private static final int STEP_MAX = 5;
    private static final int CALL_LIMIT_MS = 8_000;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LISTING_LIMIT = Duration.ofSeconds(20);
    private static final Duration END_LIMIT = Duration.ofMinutes(2);

    private final String addresses;
    private final TopicPartition partition;
    private final Duration pause;
    private final SplittableRandom random;
    private final Map<String, Long> acknowledged = new HashMap<>();
    private final Map<String, Long> asked = new HashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger commits = new AtomicInteger();
    private final Thread thread;
    private volatile boolean isOver;

    /** Of a partition that is there, with a pause after every {@value #AT_ONCE} commits. */
    public ManyPositions(String addresses, TopicPartition partition, Duration pause, long seed) {
        this.addresses = addresses;
        this.partition = partition;
        this.pause = pause;
        random = new SplittableRandom(seed);
        thread = Thread.ofPlatform().daemon().name("many-positions").start(this::goForward);
    }

    private Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                addresses,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                200,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                CALL_LIMIT_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                CALL_LIMIT_MS));
    }

    private static List<String> groups(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "goes-forward-" + i).toList();
    }

    private void goForward() {
        try (Admin admin = admin()) {
            while (!isOver) {
                int first = random.nextInt(GROUPS - AT_ONCE + 1);
                List<String> lot = groups(first, first + AT_ONCE);
                commit(admin, lot);
                check(admin, lot);
                Stopwatch.sleep(pause);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            failures.add("many positions: " + failure);
        }
    }

    /** One that fails may have happened or not. */
    private void commit(Admin admin, List<String> lot) throws InterruptedException {
        Map<String, KafkaFuture<Void>> outcomes = new HashMap<>();
        for (String group : lot) {
            long offset = asked.getOrDefault(group, 0L) + 1 + random.nextInt(STEP_MAX);
            asked.put(group, offset);
            outcomes.put(
                    group,
                    admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
                            .all());
        }
        for (Map.Entry<String, KafkaFuture<Void>> outcome : outcomes.entrySet()) {
            try {
                outcome.getValue().get();
                acknowledged.put(outcome.getKey(), asked.get(outcome.getKey()));
                commits.incrementAndGet();
            } catch (ExecutionException unknown) {
                Stopwatch.sleep(PAUSE);
            }
        }
    }

    /** Whether everybody answered. */
    private boolean check(Admin admin, List<String> lot) throws InterruptedException {
        ListConsumerGroupOffsetsSpec spec = new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition));
        Map<String, KafkaFuture<Map<TopicPartition, OffsetAndMetadata>>> answers = new HashMap<>();
        var asking =
                admin.listConsumerGroupOffsets(lot.stream().collect(Collectors.toMap(group -> group, group -> spec)));
        lot.forEach(group -> answers.put(group, asking.partitionsToOffsetAndMetadata(group)));
        boolean isAnswered = true;
        for (Map.Entry<String, KafkaFuture<Map<TopicPartition, OffsetAndMetadata>>> answer : answers.entrySet()) {
            try {
                compare(answer.getKey(), answer.getValue().get().get(partition));
            } catch (ExecutionException unanswered) {
                isAnswered = false;
            }
        }
        return isAnswered;
    }

    private void compare(String group, @Nullable OffsetAndMetadata found) {
        long least = acknowledged.getOrDefault(group, 0L);
        long most = asked.getOrDefault(group, 0L);
        long offset = found == null ? 0 : found.offset();
        if (offset < least || offset > most) {
            failures.add(
                    "the position of " + group + " is " + offset + ", acknowledged was " + least + ", asked " + most);
        }
    }

    /** Commits that were acknowledged so far. */
    public int commits() {
        return commits.get();
    }

    /** Ends, asks for all groups, and for which of them nodes coordinate; what went wrong, in words. */
    public List<String> finish() {
        isOver = true;
        try (Admin admin = admin()) {
            thread.join(END_LIMIT);
            if (thread.isAlive()) {
                return List.of("many positions do not end");
            }
            if (commits.get() == 0) {
                failures.add("no position of many was ever committed");
            }
            List<String> all = groups(0, GROUPS);
            if (!check(admin, all)) {
                failures.add("not all of many groups answer");
            }
            awaitListing(admin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failure) {
            failures.add("groups cannot be listed: " + failure.getCause());
        }
        return failures.stream().limit(10).toList();
    }

    /** One whose slot moves at that moment may be missing in the answers of both nodes. */
    private void awaitListing(Admin admin) throws InterruptedException, ExecutionException {
        Stopwatch watch = Stopwatch.started();
        Set<String> missing = missing(admin);
        while (!missing.isEmpty() && !watch.hasPassed(LISTING_LIMIT)) {
            Stopwatch.sleep(PAUSE);
            missing = missing(admin);
        }
        missing.forEach(group -> failures.add(group + " is not listed"));
    }

    private Set<String> missing(Admin admin) throws InterruptedException, ExecutionException {
        Set<String> missing = new HashSet<>(acknowledged.keySet());
        admin.listGroups().all().get().forEach(listing -> missing.remove(listing.groupId()));
        return missing;
    }

    /** Numbers of the nodes that coordinate any of the groups; after {@link #finish}. */
    public Set<Integer> coordinators() {
        try (Admin admin = admin()) {
            return admin.describeConsumerGroups(acknowledged.keySet()).all().get().values().stream()
                    .map(each -> each.coordinator().id())
                    .collect(Collectors.toSet());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("groups cannot be described", e);
        }
    }

    @Override
    public void close() {
        isOver = true;
        thread.interrupt();
    }
}
