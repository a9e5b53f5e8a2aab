package io.sluice.cli.flow;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.text.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads a topic as a {@link ConsumePlan} says and hands the records to a {@link RecordPrinter}.
 *
 * <p>The end is the one that each partition had when reading began; records that arrive later are not printed unless the
 * plan follows, so that a busy topic does not keep the command busy for ever.
 *
 * <p>Threads: {@link #run} on one thread; {@link #stop} on any.
 */
final class ConsumeLoop {

    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

    /** Why reading ended. */
    enum Ending {
        AT_END,
        ENOUGH,
        OUTPUT_CLOSED,
        STOPPED
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ConsumePlan plan;
    private final RecordPrinter printer;
    private final InstantSource clock;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private Optional<LastRecords> lastRecords = Optional.empty();
    private boolean assigned;
    private Instant lastSign;
    private volatile boolean stopped;

    ConsumeLoop(KafkaConsumer<byte[], byte[]> consumer, ConsumePlan plan, RecordPrinter printer, InstantSource clock) {
        this.consumer = consumer;
        this.plan = plan;
        this.printer = printer;
        this.clock = clock;
        this.lastSign = clock.instant();
    }

    /** Ends {@link #run} soon, from any thread. */
    void stop() {
        stopped = true;
        consumer.wakeup();
    }

    /** Reads until the plan is fulfilled or {@link #stop} is called. */
    Ending run() {
        try {
            begin();
            Optional<Ending> ending = ending();
            while (ending.isEmpty()) {
                take(consumer.poll(POLL_TIMEOUT));
                releaseLastRecords();
                commit(printer.flushed());
                ending = ending();
            }
            return ending.get();
        } catch (WakeupException interrupted) {
            commit(printer.flushed());
            return Ending.STOPPED;
        } catch (OffsetOutOfRangeException gone) {
            throw new CommandException(
                    "offsets " + gone.offsetOutOfRangePartitions()
                            + " are gone: retention removed them while reading; start again with --from-beginning",
                    gone);
        }
    }

    private void begin() {
        List<TopicPartition> partitions = partitions();
        if (plan.start() instanceof StartPosition.Group) {
            consumer.subscribe(List.of(plan.topic()), new GroupListener());
            return;
        }
        consumer.assign(partitions);
        assigned = true;
        ends.putAll(consumer.endOffsets(partitions));
        Map<TopicPartition, Long> positions = new StartOffsets(consumer, plan, ends).of(partitions);
        positions.forEach(consumer::seek);
        if (plan.start() instanceof StartPosition.Last(int count) && partitions.size() > 1) {
            lastRecords = Optional.of(LastRecords.of(count, partitions.size()));
        }
    }

    private List<TopicPartition> partitions() {
        List<PartitionInfo> known = consumer.partitionsFor(plan.topic());
        if (known == null || known.isEmpty()) {
            throw new CommandException("no topic " + plan.topic() + "; 'sluice topic list' shows what there is");
        }
        List<Integer> numbers =
                known.stream().map(PartitionInfo::partition).sorted().toList();
        plan.partitions().stream()
                .filter(number -> !numbers.contains(number))
                .findFirst()
                .ifPresent(number -> {
                    throw new CommandException(
                            plan.topic() + " has no partition " + number + "; it has 0 to " + (numbers.size() - 1));
                });
        return (plan.partitions().isEmpty() ? numbers : plan.partitions())
                .stream()
                        .map(number -> new TopicPartition(plan.topic(), number))
                        .toList();
    }

    private void take(ConsumerRecords<byte[], byte[]> polled) {
        if (!polled.isEmpty()) {
            lastSign = clock.instant();
        }
        for (ConsumerRecord<byte[], byte[]> consumed : polled) {
            boolean afterEnd = consumed.offset()
                    >= ends.getOrDefault(new TopicPartition(consumed.topic(), consumed.partition()), Long.MAX_VALUE);
            if (plan.follow() || !afterEnd) {
                lastRecords.ifPresentOrElse(last -> last.add(consumed), () -> printer.print(consumed));
            }
        }
    }

    private void releaseLastRecords() {
        if (lastRecords.isPresent() && isAtEnd()) {
            lastRecords.get().merged().forEach(printer::print);
            lastRecords = Optional.empty();
        }
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> positions) {
        if (plan.start() instanceof StartPosition.Group && !positions.isEmpty()) {
            consumer.commitSync(positions);
        }
    }

    private Optional<Ending> ending() {
        if (stopped) {
            return Optional.of(Ending.STOPPED);
        }
        if (printer.isOutputClosed()) {
            return Optional.of(Ending.OUTPUT_CLOSED);
        }
        if (printer.isFull()) {
            return Optional.of(Ending.ENOUGH);
        }
        if (plan.follow()) {
            return Optional.empty();
        }
        if (assigned && isAtEnd() && lastRecords.isEmpty()) {
            return Optional.of(Ending.AT_END);
        }
        checkNotSilent();
        return Optional.empty();
    }

    private boolean isAtEnd() {
        return consumer.assignment().stream()
                .allMatch(
                        partition -> consumer.position(partition, plan.timeout()) >= ends.getOrDefault(partition, 0L));
    }

    private void checkNotSilent() {
        if (Duration.between(lastSign, clock.instant()).compareTo(plan.timeout()) > 0) {
            throw new CommandException("no record came for " + DurationText.format(plan.timeout())
                    + " though the end is not reached; is the broker still there? --timeout waits longer");
        }
    }

    /** Learns the ends of partitions that the group gives to this member. */
    private final class GroupListener implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned = true;
            lastSign = clock.instant();
            ends.putAll(consumer.endOffsets(partitions));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commit(printer.flushed());
            partitions.forEach(ends::remove);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            printer.flushed();
            partitions.forEach(ends::remove);
        }
    }
}
