package io.sluice.cli.load;

import io.sluice.cli.command.Console;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends records at a steady rate and reads them again; a record's latency is from when it was due to be sent until a
 * consumer has it.
 *
 * <pre>
 *   value: run (8 bytes, so that others' records do not count) | due, nanoseconds (8 bytes) | filling
 * </pre>
 *
 * Threads: one sends, one reads; {@link #stop} on any.
 */
final class EndToEndLoad {

    private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

    private final Console console;
    private final ProduceLoad.Plan plan;
    private final LoadCounters counters;
    private final Duration drainTimeout;
    private final long run = new SplittableRandom().nextLong();
    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch readerIsReady = new CountDownLatch(1);
    private volatile boolean sendingIsOver;
    private volatile boolean stopped;

    /** After the last was sent, records may take {@code drainTimeout} to arrive before they count as missing. */
    EndToEndLoad(Console console, ProduceLoad.Plan plan, LoadCounters counters, Duration drainTimeout) {
        this.console = console;
        this.plan = plan;
        this.counters = counters;
        this.drainTimeout = drainTimeout;
    }

    /** Ends the load soon, from any thread. */
    void stop() {
        stopped = true;
    }

    /** How many records were sent that did not arrive. */
    long missing() {
        return Math.max(0, sent.get() - counters.records());
    }

    /** Starts both threads; the latch opens when both ended and their clients are closed. */
    CountDownLatch start(
            KafkaProducer<byte[], byte[]> producer,
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions) {
        CountDownLatch done = new CountDownLatch(2);
        Thread.ofPlatform().daemon().name("load-reader").start(() -> {
            read(consumer, partitions);
            done.countDown();
        });
        Thread.ofPlatform().daemon().name("load-sender").start(() -> {
            send(producer);
            done.countDown();
        });
        return done;
    }

    private void send(KafkaProducer<byte[], byte[]> producer) {
        try (producer) {
            readerIsReady.await();
            producer.partitionsFor(plan.topic());
            Pace pace = new Pace(console::nanoTime, plan.perSecond());
            long endNs = console.nanoTime() + plan.duration().toNanos();
            while (isOpen() && sent.get() < plan.records() && console.nanoTime() < endNs) {
                byte[] value = ByteBuffer.allocate(plan.sizeBytes())
                        .putLong(run)
                        .putLong(pace.awaitNext())
                        .array();
                sent.incrementAndGet();
                producer.send(new ProducerRecord<>(plan.topic(), value), (metadata, reason) -> {
                    if (reason != null) {
                        counters.fail(reason);
                    }
                });
            }
        } catch (KafkaException failed) {
            counters.fail(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            sendingIsOver = true;
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        try (consumer) {
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            readerIsReady.countDown();
            long sendingSeenNs = console.nanoTime();
            boolean mayArrive = true;
            while (isOpen() && !isComplete() && mayArrive) {
                consumer.poll(POLL_TIMEOUT).forEach(this::take);
                sendingSeenNs = sendingIsOver ? sendingSeenNs : console.nanoTime();
                mayArrive = console.nanoTime() - sendingSeenNs < drainTimeout.toNanos();
            }
        } catch (KafkaException failed) {
            counters.fail(failed);
        } finally {
            readerIsReady.countDown();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> consumed) {
        byte[] value = consumed.value();
        if (value == null || value.length < 2 * Long.BYTES) {
            return;
        }
        ByteBuffer fields = ByteBuffer.wrap(value);
        if (fields.getLong() == run) {
            counters.add(value.length, console.nanoTime() - fields.getLong());
        }
    }

    private boolean isOpen() {
        return !stopped && counters.failure() == null;
    }

    private boolean isComplete() {
        return sendingIsOver && counters.records() >= sent.get();
    }
}
