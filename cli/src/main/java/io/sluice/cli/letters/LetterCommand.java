package io.sluice.cli.letters;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.records.RecordFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Mixin;

/** A command over the letters of a topic. */
abstract class LetterCommand extends BrokerCommand {
    /** Records of the largest size of the broker come through. */
    private static final int FETCH_BYTES_MAX = 16 << 20;

    @Mixin
    private final LetterChoice choice = new LetterChoice();

    LetterCommand(Console console) {
        super(console);
    }

    /** What is done with the letters that were chosen: one call, then {@link #ended}. */
    abstract LetterReader.Visitor visitor(Admin admin, TopicDescription dead, HandledLetters handled);

    /** All were seen. */
    abstract void ended(TopicDescription dead);

    /** Writes the record as it was read on stdout. */
    final void write(DeadLetter letter, RecordFormat format) {
        try {
            format.write(letter.consumed(), console().out());
        } catch (IOException readerIsGone) {
            throw new UncheckedIOException(readerIsGone);
        }
    }

    @Override
    public final Integer call() {
        try (Admin admin = openAdmin();
                KafkaConsumer<byte[], byte[]> consumer = connection()
                        .openConsumer(Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES_MAX))) {
            TopicDescription dead = choice.find(admin);
            List<TopicPartition> partitions = choice.partitions(dead);
            HandledLetters handled = HandledLetters.load(admin, partitions);
            LetterReader.Visitor visitor = visitor(admin, dead, handled);
            LetterReader reader = new LetterReader(
                    consumer, handled, console().clock(), connection().timeout());
            Counted counted = new Counted(choice, visitor);
            reader.read(partitions, counted);
            ended(dead);
        }
        return 0;
    }

    /** Only what was chosen, and not more than was asked for. */
    private static final class Counted implements LetterReader.Visitor {
        private final LetterChoice choice;
        private final LetterReader.Visitor visitor;
        private long left;

        Counted(LetterChoice choice, LetterReader.Visitor visitor) {
            this.choice = choice;
            this.visitor = visitor;
            this.left = choice.countMax();
        }

        @Override
        public boolean visit(DeadLetter letter) {
            if (!choice.takes(letter)) {
                return true;
            }
            left--;
            return visitor.visit(letter) && left > 0;
        }
    }
}
