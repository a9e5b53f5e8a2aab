package io.sluice.cli.flow;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.ErrorText;
import io.sluice.cli.records.InputRecord;
import io.sluice.cli.records.OffsetRanges;
import io.sluice.cli.text.DurationText;
import io.sluice.cli.text.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Sends records, remembers what was acknowledged, shows progress, and stops at the first failure.
 *
 * <p>Threads: the command's thread sends; acknowledgements arrive on the producer's thread; {@link #interrupted} may come
 * from the shutdown hook while a send or a read of the input blocks.
 */
final class RecordSender implements AutoCloseable {

    /** The largest record of any protocol of Sluice. */
    static final int RECORD_BYTES_MAX = 15 * 1024 * 1024;

    private static final Duration TERMINAL_PROGRESS_INTERVAL = Duration.ofMillis(300);
    private static final Duration LOG_PROGRESS_INTERVAL = Duration.ofSeconds(10);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private record Failure(long lineNumber, Exception reason) {}

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Console console;
    private final Duration answerTimeout;
    private final OffsetRanges acknowledged = new OffsetRanges();
    private final Answers answers = new Answers();
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private final Duration progressInterval;
    private Instant nextProgress;
    private boolean progressShown;
    private final AtomicLong sent = new AtomicLong();
    private volatile boolean stopped;

    /** Sends to {@code topic}; a broker that answers nothing for {@code answerTimeout} has failed. */
    RecordSender(String topic, KafkaProducer<byte[], byte[]> producer, Console console, Duration answerTimeout) {
        this.topic = topic;
        this.answerTimeout = answerTimeout;
        this.producer = producer;
        this.console = console;
        this.progressInterval = console.terminal().error() ? TERMINAL_PROGRESS_INTERVAL : LOG_PROGRESS_INTERVAL;
        this.nextProgress = console.clock().instant().plus(progressInterval);
    }

    /** Whether further records make sense: nothing failed yet, nobody interrupted. */
    boolean isOpen() {
        return !stopped && failure.get() == null;
    }

    OffsetRanges acknowledged() {
        return acknowledged;
    }

    /** Hands a record to the producer; blocks while the producer's buffer is full. */
    void send(InputRecord input, List<Header> common, OptionalInt fixedPartition, long lineNumber) {
        List<Header> headers = new ArrayList<>(common);
        headers.addAll(input.headers());
        OptionalInt partition = input.partition().isPresent() ? input.partition() : fixedPartition;
        ProducerRecord<byte[], byte[]> outgoing = new ProducerRecord<>(
                topic,
                partition.isPresent() ? partition.getAsInt() : null,
                input.timestampMs().isPresent() ? input.timestampMs().getAsLong() : null,
                input.key(),
                input.value(),
                headers);
        long recordBytes = lengthBytes(input.key()) + lengthBytes(input.value());
        sent.incrementAndGet();
        producer.send(outgoing, (metadata, reason) -> completed(metadata, reason, recordBytes, lineNumber));
        showProgress();
    }

    /**
     * Waits until everything sent is acknowledged.
     *
     * @throws CommandException when something was refused
     */
    void finish() {
        awaitAnswers();
        eraseProgress();
        Failure failed = failure.get();
        if (failed != null) {
            throw new CommandException("the record of line " + failed.lineNumber() + " was not accepted: "
                    + ErrorText.of(failed.reason(), "the broker") + "; "
                    + Printable.count(acknowledged.records(), "record") + " were acknowledged");
        }
    }

    /** Stops the input, waits for what is on its way, and says what arrived; nothing when all is over anyway. */
    Optional<String> interrupted() {
        stopped = true;
        awaitAnswers();
        return Optional.of("interrupted; " + Printable.count(acknowledged.records(), "record") + " of " + topic
                + " were acknowledged");
    }

    @Override
    public void close() {
        producer.close(answers.count() == sent.get() ? CLOSE_TIMEOUT : Duration.ZERO);
    }

    private void completed(
            @Nullable RecordMetadata metadata, @Nullable Exception reason, long recordBytes, long lineNumber) {
        if (reason != null || metadata == null) {
            failure.compareAndSet(
                    null, new Failure(lineNumber, reason == null ? new IllegalStateException("no answer") : reason));
        } else {
            acknowledged.add(metadata.partition(), metadata.hasOffset() ? metadata.offset() : -1, recordBytes);
        }
        answers.countOne();
    }

    /** The library's own flush has no time limit, and waits for ever for a producer id that never comes. */
    private void awaitAnswers() {
        long before = -1;
        while (answers.count() < sent.get() && answers.count() > before && failure.get() == null) {
            before = answers.count();
            answers.await(sent.get(), answerTimeout);
        }
        if (answers.count() < sent.get()) {
            failure.compareAndSet(
                    null,
                    new Failure(
                            acknowledged.records() + 1,
                            new TimeoutException("nothing came for " + DurationText.format(answerTimeout))));
        }
    }

    private void showProgress() {
        Instant now = console.clock().instant();
        if (now.isBefore(nextProgress)) {
            return;
        }
        nextProgress = now.plus(progressInterval);
        String text = Printable.count(acknowledged.records(), "record") + " acknowledged, "
                + Printable.size(acknowledged.sizeBytes());
        if (console.terminal().error()) {
            console.errorPart("\r" + text + "\u001b[K");
            progressShown = true;
        } else {
            console.error(text);
        }
    }

    private void eraseProgress() {
        if (progressShown) {
            console.errorPart("\r\u001b[K");
            progressShown = false;
        }
    }

    private static long lengthBytes(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** How many sends are over; the producer's thread counts, whoever waits waits. Its lock is a leaf. */
    private static final class Answers {

        private long count;

        synchronized void countOne() {
            count++;
            notifyAll();
        }

        synchronized long count() {
            return count;
        }

        /** Returns when another send is over, {@code enough} are, or {@code limit} has passed. */
        synchronized void await(long enough, Duration limit) {
            try {
                if (count < enough) {
                    wait(Math.max(1, limit.toMillis()));
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
