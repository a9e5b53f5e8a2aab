package io.sluice.testkit.apifuzz;

import io.sluice.testkit.Stopwatch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer and two members of two groups, one of the classic and one of the consumer protocol: every record must be
 * acknowledged and arrive once, in order, over connections that hold. Owner: the thread that makes it.
 */
final class HonestClients implements AutoCloseable {
    static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final FuzzRun run;
    private final String address;
    private final AtomicLong acknowledged = new AtomicLong();
    private final List<Reader> readers = new ArrayList<>();
    private final Thread producing;
    private volatile boolean isProducing = true;
    private volatile long sent;

    HonestClients(FuzzRun run) {
        this.run = run;
        address = run.address();
        readers.add(new Reader("classic"));
        readers.add(new Reader("consumer"));
        producing = Thread.ofPlatform().daemon().name("honest producer").start(this::produce);
    }

    /** Who logs in, and how. */
    static Map<String, Object> properties(String address, String clientId) {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                address,
                "client.id",
                clientId,
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + FuzzNames.SUPER_USER
                        + "\" password=\"" + FuzzNames.SUPER_PASSWORD + "\";",
                "connections.max.idle.ms",
                "3600000"));
    }

    private void produce() {
        Map<String, Object> properties = properties(address, FuzzNames.HONEST + "-producer");
        properties.put("linger.ms", "0");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            while (isProducing) {
                long number = sent;
                byte[] value = ByteBuffer.allocate(Long.BYTES)
                        .putLong(number / PARTITIONS)
                        .array();
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(FuzzNames.HONEST, (int) (number % PARTITIONS), null, value);
                producer.send(record, (metadata, failure) -> acknowledged(failure));
                sent = number + 1;
                Stopwatch.sleep(PAUSE);
            }
            producer.flush();
            complainOfLostConnections("producer", producer.metrics());
        } catch (KafkaException e) {
            run.complain("the honest producer fails: " + e);
        }
    }

    private void acknowledged(@Nullable Exception failure) {
        if (failure == null) {
            acknowledged.incrementAndGet();
        } else {
            run.complain("an honest record is refused: " + failure);
        }
    }

    private void complainOfLostConnections(String who, Map<MetricName, ? extends Metric> metrics) {
        metrics.forEach((name, metric) -> {
            boolean isCount =
                    name.name().equals("connection-close-total") && !name.tags().containsKey("node-id");
            if (isCount && metric.metricValue() instanceof Double closed && closed > 0) {
                run.complain("the honest " + who + " has lost " + closed + " connections");
            }
        });
    }

    /** Ends the producer, waits until everything has been read, and complains if it does not come. */
    void finish() {
        isProducing = false;
        join(producing);
        Stopwatch watch = Stopwatch.started();
        while (run.complaint().isEmpty() && !readers.stream().allMatch(reader -> reader.read == sent)) {
            if (watch.hasPassed(PATIENCE)) {
                run.complain("honest readers have " + readers + " of " + sent + " records");
            }
            Stopwatch.sleep(PAUSE);
        }
        if (acknowledged.get() != sent) {
            run.complain("of " + sent + " honest records " + acknowledged + " are acknowledged");
        }
    }

    /** Records that have been acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        isProducing = false;
        join(producing);
        readers.forEach(Reader::close);
    }

    /** One consumer with a group of its own. Owner: its thread. */
    private final class Reader {
        private final String protocol;
        private final long[] next = new long[PARTITIONS];
        private final Thread thread;
        private volatile boolean isReading = true;
        private volatile long read;

        Reader(String protocol) {
            this.protocol = protocol;
            thread = Thread.ofPlatform().daemon().name("honest " + protocol).start(this::read);
        }

        private void read() {
            Map<String, Object> properties = properties(address, FuzzNames.HONEST + "-" + protocol);
            properties.put("group.id", FuzzNames.HONEST + "-" + protocol);
            properties.put("group.protocol", protocol);
            properties.put("auto.offset.reset", "earliest");
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.subscribe(List.of(FuzzNames.HONEST));
                while (isReading) {
                    consumer.poll(Duration.ofMillis(100)).forEach(this::check);
                }
                complainOfLostConnections(protocol + " reader", consumer.metrics());
            } catch (InterruptException e) {
                Thread.currentThread().interrupt();
            } catch (KafkaException e) {
                run.complain("the honest " + protocol + " reader fails: " + e);
            }
        }

        private void check(ConsumerRecord<byte[], byte[]> record) {
            long value = ByteBuffer.wrap(record.value()).getLong();
            int partition = record.partition();
            if (value != next[partition]) {
                run.complain("the honest " + protocol + " reader gets " + value + " in place of " + next[partition]
                        + " at offset " + record.offset() + " of partition " + partition);
            }
            next[partition] = value + 1;
            read++;
        }

        void close() {
            isReading = false;
            join(thread);
        }

        @Override
        public String toString() {
            return protocol + ": " + read;
        }
    }
}
