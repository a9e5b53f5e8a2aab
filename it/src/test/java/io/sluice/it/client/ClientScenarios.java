package io.sluice.it.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * What a client does, by calls that every version from 2.8 to 4.4 has. Input and output are JDK types, because the caller
 * lives in another class loader. Fails with {@link IllegalStateException} that says what was wrong.
 */
public final class ClientScenarios {
    private static final String BYTES = "org.apache.kafka.common.serialization.ByteArray";
    private static final int LIMIT_SECONDS = 30;

    /** Made by reflection. */
    public ClientScenarios() {}

    /**
     * Runs the scenario that {@code input} names in {@code scenario}.
     *
     * @param input also {@code address}, {@code topic}, {@code compression}, {@code values}
     * @param output gets the scenario's answers
     */
    public void run(Map<String, Object> input, Map<String, Object> output) {
        try {
            switch (String.valueOf(input.get("scenario"))) {
                case "round-trip" -> roundTrip(input, output);
                case "group" -> group(input, output);
                case "admin" -> admin(input, output);
                case "quotas" -> new QuotaScenario(settings(input)).run(output);
                case "administration" -> administration(input, output);
                case "screens" -> screens(input, output);
                case "member" -> member(input);
                case "sharer" -> sharer(input);
                default -> throw new IllegalStateException("unknown scenario in " + input.keySet());
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the scenario fails", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void roundTrip(Map<String, Object> input, Map<String, Object> output)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<byte[]> values = values(input);
        TopicPartition partition = new TopicPartition(text(input, "topic"), 0);
        createTopic(input, 1);
        produce(input, values);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(input, Map.of())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<ConsumerRecord<byte[], byte[]>> records = poll(consumer, values.size());
            for (int i = 0; i < values.size(); i++) {
                requireSame(records.get(i), i, values.get(i));
            }
            output.put("read", records.size());
            output.put("end", consumer.endOffsets(List.of(partition)).get(partition));
        }
    }

    private static void produce(Map<String, Object> input, List<byte[]> values)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Object> settings = settings(input);
        settings.put("key.serializer", BYTES + "Serializer");
        settings.put("value.serializer", BYTES + "Serializer");
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("linger.ms", 5);
        settings.put("compression.type", input.getOrDefault("compression", "none"));
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            for (int i = 0; i < values.size(); i++) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(text(input, "topic"), 0, 1_700_000_000_000L + i, key(i), values.get(i));
                record.headers().add("number", key(i));
                acknowledgements.add(producer.send(record));
            }
            producer.flush();
        }
        for (int i = 0; i < acknowledgements.size(); i++) {
            require(
                    acknowledgements.get(i).get(LIMIT_SECONDS, TimeUnit.SECONDS).offset() == i,
                    "offset of record " + i);
        }
    }

    private static byte[] key(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private static void requireSame(ConsumerRecord<byte[], byte[]> record, int number, byte[] value) {
        require(record.offset() == number, "record " + number + " stands at offset " + record.offset());
        require(Arrays.equals(record.value(), value), "value of record " + number);
        require(Arrays.equals(record.key(), key(number)), "key of record " + number);
        require(record.timestamp() == 1_700_000_000_000L + number, "timestamp of record " + number);
        require(
                Arrays.equals(record.headers().lastHeader("number").value(), key(number)),
                "header of record " + number);
    }

    private static void group(Map<String, Object> input, Map<String, Object> output)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<byte[]> values = values(input);
        createTopic(input, 1);
        produce(input, values);
        int half = values.size() / 2;
        Map<String, Object> settings = Map.of("group.id", text(input, "topic") + "-group", "max.poll.records", half);
        try (KafkaConsumer<byte[], byte[]> first = consumer(input, settings)) {
            first.subscribe(List.of(text(input, "topic")));
            poll(first, half);
            first.commitSync();
        }
        try (KafkaConsumer<byte[], byte[]> second = consumer(input, settings)) {
            second.subscribe(List.of(text(input, "topic")));
            output.put("resumedAt", poll(second, 1).getFirst().offset());
            second.commitSync();
        }
        output.put("half", (long) half);
    }

    private static void admin(Map<String, Object> input, Map<String, Object> output)
            throws ExecutionException, InterruptedException, TimeoutException {
        String topic = text(input, "topic");
        createTopic(input, 3);
        TopicPartition partition = new TopicPartition(topic, 2);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = Admin.create(settings(input))) {
            require(
                    admin.listTopics()
                            .names()
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                            .contains(topic),
                    "list of topics");
            output.put(
                    "nodes",
                    admin.describeCluster()
                            .nodes()
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                            .size());
            output.put(
                    "retention",
                    admin.describeConfigs(List.of(resource))
                            .all()
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                            .get(resource)
                            .get("retention.ms")
                            .value());
            output.put(
                    "end",
                    admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .all()
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                            .get(partition)
                            .offset());
            admin.deleteTopics(List.of(topic)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            require(
                    !admin.listTopics()
                            .names()
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                            .contains(topic),
                    "deleted topic");
        }
    }

    private static void administration(Map<String, Object> input, Map<String, Object> output)
            throws ExecutionException, InterruptedException, TimeoutException {
        createTopic(input, 3);
        produce(input, values(input));
        try (Admin admin = Admin.create(settings(input))) {
            AdminCalls calls = new AdminCalls(admin, text(input, "topic"));
            calls.all();
            if (hasMethod("alterConfigs")) {
                calls.replaceConfigs();
            }
            if (hasMethod("listConfigResources")) {
                calls.recent();
                calls.screens();
            }
        }
        output.put("done", true);
    }

    /** Of a topic of two partitions with records in the first. */
    private static void screens(Map<String, Object> input, Map<String, Object> output)
            throws ExecutionException, InterruptedException, TimeoutException {
        createTopic(input, 2);
        produce(input, values(input));
        try (Admin admin = Admin.create(settings(input))) {
            new ScreenCalls(admin, text(input, "topic"), consumerSettings(input)).all();
        }
        output.put("done", true);
    }

    private static void member(Map<String, Object> input) {
        Map<String, Object> settings = consumerSettings(input);
        ((Map<?, ?>) input.getOrDefault("settings", Map.of()))
                .forEach((name, value) -> settings.put(String.valueOf(name), value));
        new MemberScenario(input).run(settings, input);
    }

    private static void sharer(Map<String, Object> input) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", text(input, "address"));
        settings.put("key.deserializer", BYTES + "Deserializer");
        settings.put("value.deserializer", BYTES + "Deserializer");
        ((Map<?, ?>) input.getOrDefault("settings", Map.of()))
                .forEach((name, value) -> settings.put(String.valueOf(name), value));
        new ShareScenario(input).run(settings, input);
    }

    private static boolean hasMethod(String name) {
        return Arrays.stream(Admin.class.getMethods())
                .anyMatch(method -> method.getName().equals(name));
    }

    /** Keeps everything: the records are years old, and a round of retention may come at any time. */
    private static void createTopic(Map<String, Object> input, int partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        NewTopic topic =
                new NewTopic(text(input, "topic"), partitions, (short) 1).configs(Map.of("retention.ms", "-1"));
        try (Admin admin = Admin.create(settings(input))) {
            admin.createTopics(List.of(topic)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> input, Map<String, Object> extra) {
        Map<String, Object> settings = consumerSettings(input);
        settings.putAll(extra);
        return new KafkaConsumer<>(settings);
    }

    private static Map<String, Object> consumerSettings(Map<String, Object> input) {
        Map<String, Object> settings = settings(input);
        settings.put("key.deserializer", BYTES + "Deserializer");
        settings.put("value.deserializer", BYTES + "Deserializer");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        return settings;
    }

    private static List<ConsumerRecord<byte[], byte[]>> poll(KafkaConsumer<byte[], byte[]> consumer, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int round = 0; round < LIMIT_SECONDS * 5 && records.size() < count; round++) {
            consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        }
        require(records.size() >= count, "only " + records.size() + " of " + count + " records arrive");
        return records;
    }

    private static Map<String, Object> settings(Map<String, Object> input) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", text(input, "address"));
        return settings;
    }

    private static String text(Map<String, Object> input, String name) {
        return String.valueOf(input.get(name));
    }

    private static List<byte[]> values(Map<String, Object> input) {
        List<byte[]> values = new ArrayList<>();
        for (Object value : (List<?>) input.getOrDefault("values", List.of())) {
            values.add((byte[]) value);
        }
        return values;
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("wrong: " + what);
        }
    }
}
