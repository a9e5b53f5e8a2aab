package io.sluice.testkit.delivery;

import io.sluice.testkit.PatientProducer;
import io.sluice.testkit.Stopwatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A member of a share group accepts the even records and rejects the odd ones, whatever becomes of its brokers meanwhile. In
 * the end each odd record has one dead letter and no even one has any, and nothing came again once it was confirmed. One
 * thread starts, waits and ends it.
 */
public final class RejectedRecords {
    private static final String ORDERS = "orders";
    private static final String WORKERS = "workers-of-";
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration POLL = Duration.ofMillis(100);

    private final String addresses;
    private final int partitions;
    private final int records;
    private final Duration limit;
    private final String topic;
    private final Optional<String> letterTopic;
    private final Duration rest;
    private final Set<Integer> confirmed = ConcurrentHashMap.newKeySet();
    private final Queue<Integer> cameAgain = new ConcurrentLinkedQueue<>();
    private volatile boolean isDone;
    private volatile String failure = "";
    private volatile String lastCommit = "none";
    private Thread member = Thread.currentThread();

    /** Of so many records in so many partitions; nothing that is waited for may take longer than {@code limit}. */
    public RejectedRecords(String addresses, int partitions, int records, Duration limit) {
        this(addresses, partitions, records, limit, ORDERS, Optional.empty(), Duration.ZERO);
    }

    private RejectedRecords(
            String addresses,
            int partitions,
            int records,
            Duration limit,
            String topic,
            Optional<String> letterTopic,
            Duration rest) {
        this.rest = rest;
        this.topic = topic;
        this.letterTopic = letterTopic;
        this.addresses = addresses;
        this.partitions = partitions;
        this.records = records;
        this.limit = limit;
    }

    /**
     * The same, with dead letters in a topic of this name, which is made with one partition: it may be led elsewhere than the
     * records come from.
     */
    public RejectedRecords into(String name) {
        return new RejectedRecords(
                addresses, partitions, records, limit, topic + "-for-" + name, Optional.of(name), rest);
    }

    /** The same with a member that rests for so long after every 50 records at most. */
    public RejectedRecords slowly(Duration restAfterEach) {
        return new RejectedRecords(addresses, partitions, records, limit, topic, letterTopic, restAfterEach);
    }

    /** The same of another topic than the one that all have. */
    public RejectedRecords of(String otherTopic) {
        return new RejectedRecords(addresses, partitions, records, limit, otherTopic, letterTopic, rest);
    }

    /** The topic that is consumed. */
    public String topic() {
        return topic;
    }

    /** Makes topic, group and records, and begins to consume. */
    public void start() {
        try (Admin admin = admin()) {
            createTopics(admin);
            ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, group());
            List<AlterConfigOp> changes =
                    List.of(set("share.auto.offset.reset", "earliest"), set("share.delivery.count.limit", "10"));
            await(admin.incrementalAlterConfigs(Map.of(group, changes)).all());
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot prepare topic and group: " + e, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        produce();
        member = Thread.ofPlatform().daemon().name("member").start(this::consumeOrFail);
    }

    /** Their names are new, so that those that are there were made by a request that was sent again. */
    private void createTopics(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        try {
            await(admin.createTopics(topics()).all());
        } catch (ExecutionException refused) {
            if (!(refused.getCause() instanceof TopicExistsException)) {
                throw refused;
            }
        }
    }

    private <T> T await(KafkaFuture<T> asked) throws ExecutionException, TimeoutException, InterruptedException {
        return asked.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private List<NewTopic> topics() {
        Map<String, String> configs = new HashMap<>(Map.of("sluice.delivery.dead.letters", "on"));
        letterTopic.ifPresent(name -> configs.put("sluice.delivery.dead.letters.topic", name));
        List<NewTopic> topics = new ArrayList<>();
        topics.add(new NewTopic(topic, partitions, (short) -1).configs(configs));
        letterTopic.ifPresent(name -> topics.add(
                new NewTopic(name, 1, (short) -1).configs(Map.of("errors.deadletterqueue.group.enable", "true"))));
        return topics;
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", addresses, "default.api.timeout.ms", (int) limit.toMillis()));
    }

    private String group() {
        return WORKERS + topic;
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }

    private void produce() {
        Map<String, Object> settings = PatientProducer.settings(addresses);
        settings.put("batch.size", 2_000);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            for (int i = 0; i < records; i++) {
                byte[] value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                sent.add(producer.send(new ProducerRecord<>(topic, i % partitions, null, value)));
            }
            producer.flush();
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot produce", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    // The outermost frame of a thread: whoever waits for it is told.
    private void consumeOrFail() {
        try {
            consume();
        } catch (RuntimeException e) {
            failure = e.toString();
        }
    }

    private void consume() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                addresses,
                "group.id",
                group(),
                "share.acknowledgement.mode",
                "explicit",
                "max.poll.records",
                "50");
        try (KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (!isDone) {
                Set<Integer> round = new HashSet<>();
                for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
                    int number = number(each);
                    if (confirmed.contains(number)) {
                        cameAgain.add(number);
                    }
                    consumer.acknowledge(each, isOdd(number) ? AcknowledgeType.REJECT : AcknowledgeType.ACCEPT);
                    round.add(number);
                }
                var committed = consumer.commitSync();
                if (committed.values().stream().allMatch(Optional::isEmpty)) {
                    confirmed.addAll(round);
                }
                lastCommit = round.size() + " records, " + committed;
                Stopwatch.sleep(rest);
            }
        }
    }

    private static boolean isOdd(int number) {
        return number % 2 == 1;
    }

    private static int number(ConsumerRecord<byte[], byte[]> each) {
        return Integer.parseInt(new String(each.value(), StandardCharsets.UTF_8));
    }

    /** So many are confirmed. */
    public int confirmedCount() {
        return confirmed.size();
    }

    /** Returns when so many are confirmed. */
    public void awaitConfirmed(int count) {
        Stopwatch watch = Stopwatch.started();
        while (confirmed.size() < count) {
            refuseToWaitLonger(watch, confirmed.size() + " of " + count + " are confirmed");
            Stopwatch.sleep(LOOK);
        }
    }

    private void refuseToWaitLonger(Stopwatch watch, String state) {
        if (!failure.isEmpty()) {
            throw new IllegalStateException("the member failed: " + failure);
        }
        if (watch.hasPassed(limit)) {
            throw new IllegalStateException("after " + limit + " " + state + "; the last commit: " + lastCommit
                    + "; the member is in " + Arrays.toString(member.getStackTrace()));
        }
    }

    /** Takes topics and dead letters away, once {@link #finish} has answered. */
    public void delete() {
        List<String> names = List.of(topic, letterTopic.orElse(topic + ".dead"));
        try (Admin admin = admin()) {
            await(admin.deleteTopics(names).all());
        } catch (ExecutionException | TimeoutException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw new IllegalStateException("cannot delete " + names + ": " + e, e);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Waits until everything is settled, ends the member, and answers what is wrong; empty if nothing is. */
    public Optional<String> finish() {
        // Not until all are confirmed: what a killed broker could not say any more may be done all the same.
        Stopwatch watch = Stopwatch.started();
        long lag = lag();
        while (lag != 0) {
            refuseToWaitLonger(watch, "the group lags by " + lag);
            Stopwatch.sleep(POLL);
            lag = lag();
        }
        isDone = true;
        try {
            member.join(limit);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return verdict(deadLetters());
    }

    private Optional<String> verdict(List<Integer> letters) {
        List<Integer> sorted = letters.stream().sorted().toList();
        List<Integer> expected = IntStream.range(0, records)
                .filter(RejectedRecords::isOdd)
                .boxed()
                .toList();
        if (!cameAgain.isEmpty()) {
            return Optional.of("came again after they were confirmed: " + cameAgain);
        }
        if (sorted.equals(expected)) {
            return Optional.empty();
        }
        Set<Integer> missing = new HashSet<>(expected);
        sorted.forEach(missing::remove);
        return Optional.of(sorted.size() + " dead letters instead of " + expected.size() + ", missing " + missing
                + ", confirmed " + confirmed.size() + ", of the missing " + confirmedOf(missing)
                + ", and now there are "
                + deadLetters().size() + " dead letters and a lag of " + lag());
    }

    private long confirmedOf(Set<Integer> numbers) {
        return numbers.stream().filter(confirmed::contains).count();
    }

    /** −1 if nobody can say. */
    private long lag() {
        try (Admin admin = admin()) {
            Map<TopicPartition, SharePartitionOffsetInfo> offsets =
                    await(admin.listShareGroupOffsets(Map.of(group(), new ListShareGroupOffsetsSpec()))
                            .partitionsToOffsetInfo(group()));
            return offsets.size() < partitions
                    ? -1
                    : offsets.values().stream()
                            .mapToLong(each -> each.lag().orElse((long) records))
                            .sum();
        } catch (ExecutionException | TimeoutException unknown) {
            return -1;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private List<Integer> deadLetters() {
        List<TopicPartition> dead = letterTopic
                .map(name -> List.of(new TopicPartition(name, 0)))
                .orElseGet(() -> IntStream.range(0, partitions)
                        .mapToObj(index -> new TopicPartition(topic + ".dead", index))
                        .toList());
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", addresses, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(dead);
            consumer.seekToBeginning(dead);
            Map<TopicPartition, Long> ends = consumer.endOffsets(dead);
            List<Integer> letters = new ArrayList<>();
            Stopwatch watch = Stopwatch.started();
            while (dead.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                refuseToWaitLonger(watch, letters.size() + " dead letters were read");
                consumer.poll(POLL).forEach(each -> letters.add(number(each)));
            }
            return letters;
        }
    }
}
