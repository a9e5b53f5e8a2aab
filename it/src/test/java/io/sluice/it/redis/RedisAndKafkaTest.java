package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.RespConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One topic, two protocols. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisAndKafkaTest {
    @TempDir
    Path folder = Path.of("");

    private BrokerNode node;
    private RespConnection redis;

    @BeforeEach
    void start() {
        node = RedisNode.start(folder);
        redis = RespConnection.open(node.redisAddress().orElseThrow());
    }

    @AfterEach
    void stop() {
        redis.close();
        node.close();
    }

    private Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", node.kafkaAddress().orElseThrow());
    }

    private List<ConsumerRecord<String, String>> consume(String topic, int count) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(kafka(), new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (records.size() < count) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    @Test
    void whatRedisAddsAKafkaConsumerReads() {
        redis.call("XADD", "quakes:eu", "1-1", "place", "L'Aquila", "magnitude", "6.3");
        redis.call("XADD", "quakes:eu", "1-2", "value", "raw");

        List<ConsumerRecord<String, String>> records = consume("quakes_x3Aeu", 2);

        assertThat(records.getFirst().value()).isEqualTo("{\"place\":\"L'Aquila\",\"magnitude\":\"6.3\"}");
        assertThat(records.get(1).value()).isEqualTo("raw");
        assertThat(new String(
                        records.getFirst().headers().lastHeader("redis-id").value(), StandardCharsets.US_ASCII))
                .isEqualTo("j1-1");
    }

    @Test
    void whatKafkaProducesRedisReadsAndMayAddTo() throws ExecutionException, InterruptedException {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(kafka(), new StringSerializer(), new StringSerializer())) {
            ProducerRecord<String, String> record = new ProducerRecord<>("quakes", "chile", "8.8");
            record.headers().add("source", "usgs".getBytes(StandardCharsets.US_ASCII));
            producer.send(record).get();
            producer.send(new ProducerRecord<>("quakes", "9.5")).get();
        }
        assertThat(redis.call("XADD", "quakes", "*", "place", "Tohoku", "magnitude", "9.1"))
                .isEqualTo("3-0");

        assertThat(redis.call("XRANGE", "quakes", "-", "+"))
                .isEqualTo(List.of(
                        List.of("1-0", List.of("value", "8.8", "key", "chile", "header:source", "usgs")),
                        List.of("2-0", List.of("value", "9.5")),
                        List.of("3-0", List.of("place", "Tohoku", "magnitude", "9.1"))));
        assertThat(redis.call("XREVRANGE", "quakes", "+", "-", "COUNT", "1"))
                .isEqualTo(List.of(List.of("3-0", List.of("place", "Tohoku", "magnitude", "9.1"))));
        assertThat(redis.call("XREAD", "STREAMS", "quakes", "1"))
                .asString()
                .contains("2-0")
                .contains("3-0")
                .doesNotContain("1-0");
        assertThat(consume("quakes", 3).get(2).value()).isEqualTo("{\"place\":\"Tohoku\",\"magnitude\":\"9.1\"}");
        assertThat(redis.call("DEL", "quakes")).asString().startsWith("-ERR this key is a topic");
    }

    @Test
    void aReaderThatWaitsForATopicIsWokenByAKafkaProducer() throws ExecutionException, InterruptedException {
        redis.send("XREAD", "BLOCK", "0", "STREAMS", "late", "0");
        redis.flush();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(kafka(), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("late", "at last")).get();
        }
        assertThat(redis.reply())
                .isEqualTo(List.of(List.of("late", List.of(List.of("1-0", List.of("value", "at last"))))));
    }

    @Test
    void aTopicOfSeveralPartitionsIsReadByPartition() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka());
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(kafka(), new StringSerializer(), new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic("wide", 2, (short) 1)))
                    .all()
                    .get();
            producer.send(new ProducerRecord<>("wide", 1, "k", "v")).get();
        }
        assertThat(redis.call("XLEN", "wide")).asString().contains("several partitions");
        assertThat(redis.call("XLEN", "wide#0")).isEqualTo(":0");
        assertThat(redis.call("XRANGE", "wide#1", "-", "+"))
                .isEqualTo(List.of(List.of("1-0", List.of("value", "v", "key", "k"))));
    }

    @Test
    void aStreamTakesRecordsFromItsOwnDoorOnlyAndItsTopicCanBeDeleted()
            throws ExecutionException, InterruptedException {
        redis.call("XADD", "s", "1-1", "a", "1");
        consume("s", 1);
        try (KafkaProducer<String, String> producer =
                        new KafkaProducer<>(kafka(), new StringSerializer(), new StringSerializer());
                Admin admin = Admin.create(kafka())) {
            assertThat(producer.send(new ProducerRecord<>("s", "x")))
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(PolicyViolationException.class);
            admin.deleteTopics(List.of("s")).all().get();
        }
        while (!redis.call("EXISTS", "s").equals(":0")) {
            Thread.onSpinWait();
        }
        assertThat(redis.call("XADD", "s", "1-1", "a", "new")).isEqualTo("1-1");
    }
}
