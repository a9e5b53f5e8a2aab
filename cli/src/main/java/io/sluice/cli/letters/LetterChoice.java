package io.sluice.cli.letters;

import io.sluice.cli.command.KnownTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Which letters, as options. A mixin. */
final class LetterChoice {
    @Parameters(
            paramLabel = "TOPIC",
            description = "The topic whose records were given up, or the one that keeps the letters.")
    private String topic = "";

    @Option(names = "--group", paramLabel = "GROUP", description = "Only letters of this group.")
    private Optional<String> group = Optional.empty();

    @Option(
            names = "--cause",
            paramLabel = "CAUSE",
            description = "Only letters of this cause: attempts-exhausted, lock-expired, rejected, member-gone.")
    private Optional<String> cause = Optional.empty();

    @Option(
            names = "--letter",
            paramLabel = "P:O[-O]",
            converter = RangeConverter.class,
            description = "Only these letters: partition and offset, or offsets, in the topic that keeps them."
                    + " Repeatable.")
    private List<Range> letters = new ArrayList<>();

    @Option(names = "--count", paramLabel = "N", description = "So many letters at most, the oldest first.")
    private Optional<Long> count = Optional.empty();

    record Range(int partition, long first, long last) {
        boolean contains(DeadLetter letter) {
            long offset = letter.consumed().offset();
            return letter.consumed().partition() == partition && offset >= first && offset <= last;
        }
    }

    /** Reads ranges; picocli makes it. */
    static final class RangeConverter implements ITypeConverter<Range> {
        RangeConverter() {}

        @Override
        public Range convert(String text) {
            if (!text.matches("\\d{1,9}:\\d{1,18}(-\\d{1,18})?")) {
                throw new TypeConversionException("must be PARTITION:OFFSET or PARTITION:FIRST-LAST, not " + text);
            }
            int colon = text.indexOf(':');
            String[] offsets = text.substring(colon + 1).split("-", -1);
            return new Range(
                    Integer.parseInt(text.substring(0, colon)),
                    Long.parseLong(offsets[0]),
                    Long.parseLong(offsets[offsets.length - 1]));
        }
    }

    /** Made by the command that has it. */
    LetterChoice() {}

    /** The topic that keeps the letters; says so if there is none. */
    TopicDescription find(Admin admin) {
        return LetterTopics.find(admin, topic);
    }

    /** The partitions that can have them. */
    List<TopicPartition> partitions(TopicDescription dead) {
        return KnownTopics.partitions(
                dead, letters.stream().map(Range::partition).distinct().toList());
    }

    boolean takes(DeadLetter letter) {
        return group.map(letter.group()::equals).orElse(true)
                && cause.map(letter.cause()::equals).orElse(true)
                && (letters.isEmpty() || letters.stream().anyMatch(range -> range.contains(letter)));
    }

    long countMax() {
        return count.orElse(Long.MAX_VALUE);
    }
}
