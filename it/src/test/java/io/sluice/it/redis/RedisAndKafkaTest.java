package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.RespConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
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
        node = RedisNode.start(folder, "log.retention.check.interval.ms=200");
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
    void whatAKafkaProducerAddsToAStreamFollowsItsOrder() throws ExecutionException, InterruptedException {
        redis.call("XADD", "s", "1-1", "a", "1");
        consume("s", 1);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(kafka(), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("s", null, 5_000L, "k", "by kafka"))
                    .get();
            producer.send(new ProducerRecord<>("s", null, 4_000L, "k", "of the past"))
                    .get();
        }

        assertThat(redis.call("XADD", "s", "6000-1", "a", "2")).isEqualTo("6000-1");
        assertThat(redis.call("XRANGE", "s", "-", "+"))
                .isEqualTo(List.of(
                        List.of("1-1", List.of("a", "1")),
                        List.of("5000-1", List.of("value", "by kafka", "key", "k")),
                        List.of("5000-2", List.of("value", "of the past", "key", "k")),
                        List.of("6000-1", List.of("a", "2"))));
        assertThat(redis.call("XRANGE", "s", "5000-2", "+").toString())
                .contains("5000-2")
                .doesNotContain("5000-1");
        assertThat(redis.call("XDEL", "s", "5000-1")).isEqualTo(":1");
        assertThat(redis.call("XLEN", "s")).isEqualTo(":3");
        assertThat(consume("s", 4).stream().map(ConsumerRecord::offset)).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void aWholeBatchOfEarthquakesIsReadByAWaitingRedisClient() throws ExecutionException, InterruptedException {
        redis.call("XADD", "quakes", "1-1", "place", "Lisbon");
        consume("quakes", 1);
        redis.send("XREAD", "BLOCK", "0", "STREAMS", "quakes", "1-1");
        redis.flush();
        Map<String, Object> settings = new HashMap<>(kafka());
        settings.putAll(Map.of("linger.ms", "1000", "compression.type", "zstd"));
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 500; i++) {
                producer.send(new ProducerRecord<>("quakes", "magnitude " + i));
            }
            producer.flush();
        }

        assertThat(redis.reply()).asString().contains("magnitude 0");
        assertThat(redis.call("XLEN", "quakes")).isEqualTo(":501");
        assertThat((List<?>) redis.call("XRANGE", "quakes", "-", "+")).hasSize(501);
    }

    @Test
    void aGroupThatWaitsIsHandedWhatAKafkaProducerAdds() throws ExecutionException, InterruptedException {
        redis.call("XADD", "s", "1-1", "a", "1");
        consume("s", 1);
        redis.call("XGROUP", "CREATE", "s", "g", "$");
        redis.send("XREADGROUP", "GROUP", "g", "me", "BLOCK", "0", "STREAMS", "s", ">");
        redis.flush();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(kafka(), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("s", null, 5_000L, "k", "work")).get();
        }

        List<Object> entry = List.of("5000-1", List.of("value", "work", "key", "k"));
        assertThat(redis.reply()).isEqualTo(List.of(List.of("s", List.of(entry))));
        assertThat(redis.call("XACK", "s", "g", "5000-1")).isEqualTo(":1");
    }

    @Test
    void aDeletedTopicTakesItsStreamAlong() throws ExecutionException, InterruptedException {
        redis.call("XADD", "s", "1-1", "a", "1");
        consume("s", 1);
        try (Admin admin = Admin.create(kafka())) {
            admin.deleteTopics(List.of("s")).all().get();
        }
        while (!redis.call("EXISTS", "s").equals(":0")) {
            Thread.onSpinWait();
        }
        assertThat(redis.call("XADD", "s", "1-1", "a", "new")).isEqualTo("1-1");
    }

    @Test
    void retentionTrimsAStream() throws ExecutionException, InterruptedException {
        for (int i = 1; i <= 20; i++) {
            redis.call("XADD", "s", i + "-0", "a", "1");
        }
        consume("s", 20);
        try (Admin admin = Admin.create(kafka())) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, "s"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("sluice.retention.records", "5"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
        while (!redis.call("XLEN", "s").equals(":5")) {
            Thread.onSpinWait();
        }
        assertThat(redis.call("XRANGE", "s", "-", "+", "COUNT", "1"))
                .isEqualTo(List.of(List.of("16-0", List.of("a", "1"))));
    }
}
