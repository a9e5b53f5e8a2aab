package io.sluice.cli.flow;

import io.sluice.cli.command.Console;
import io.sluice.cli.records.RecordFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Prints records up to a limit and knows what a group may commit: what was printed and flushed. For one thread. */
final class RecordPrinter {

    private final RecordFormat format;
    private final Console console;
    private final long countLimit;
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
    private long printed;
    private boolean outputClosed;

    RecordPrinter(RecordFormat format, Console console, long countLimit) {
        this.format = format;
        this.console = console;
        this.countLimit = countLimit;
    }

    /** Prints the record unless the limit is reached or nobody reads the output any more. */
    void print(ConsumerRecord<byte[], byte[]> consumed) {
        if (isFull() || outputClosed) {
            return;
        }
        try {
            format.write(consumed, console.out());
            printed++;
            uncommitted.put(
                    new TopicPartition(consumed.topic(), consumed.partition()),
                    new OffsetAndMetadata(consumed.offset() + 1));
        } catch (IOException readerIsGone) {
            outputClosed = true;
        }
    }

    /** Sends the printed lines on, then hands out, once, the positions they lead to. */
    Map<TopicPartition, OffsetAndMetadata> flushed() {
        try {
            console.out().flush();
        } catch (IOException readerIsGone) {
            outputClosed = true;
            uncommitted.clear();
        }
        Map<TopicPartition, OffsetAndMetadata> positions = Map.copyOf(uncommitted);
        uncommitted.clear();
        return positions;
    }

    boolean isFull() {
        return printed >= countLimit;
    }

    /** Whether the reader of the output went away, as {@code head} does when it has enough. */
    boolean isOutputClosed() {
        return outputClosed;
    }

    long printed() {
        return printed;
    }
}
