package io.sluice.cli.letters;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.KnownTopics;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice dead-letter list}. */
@Command(
        name = "list",
        description = {
            "Count open dead letters by topic, group and cause.",
            "Reads them all; without TOPIC those of every topic whose name ends with .dead or begins with dlq."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice dead-letter list",
            "  sluice dead-letter list orders",
            "  sluice dead-letter list --output json | jq '.[] | select(.letters > 100)'"
        })
final class DeadLetterListCommand extends BrokerCommand {

    private record Key(String letterTopic, String topic, String group, String cause) {}

    private record Counted(
            String letterTopic, String topic, String group, String cause, long letters, String oldest, String newest) {}

    private static final class Sum {
        private long letters;
        private long oldestMs = Long.MAX_VALUE;
        private long newestMs;

        void add(long timestampMs) {
            letters++;
            oldestMs = Math.min(oldestMs, timestampMs);
            newestMs = Math.max(newestMs, timestampMs);
        }
    }

    @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "Only letters of this topic, or in it.")
    private Optional<String> topic = Optional.empty();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    DeadLetterListCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin();
                KafkaConsumer<byte[], byte[]> consumer = connection().openConsumer(Map.of())) {
            List<String> topics = topic.map(
                            name -> List.of(LetterTopics.find(admin, name).name()))
                    .orElseGet(() -> LetterTopics.all(admin));
            Map<Key, Sum> sums = new HashMap<>();
            for (String each : topics) {
                read(admin, consumer, each, sums);
            }
            print(counted(sums));
        }
        return 0;
    }

    private void read(Admin admin, KafkaConsumer<byte[], byte[]> consumer, String letterTopic, Map<Key, Sum> sums) {
        LetterProgress progress = new LetterProgress(console(), "read");
        List<TopicPartition> partitions = KnownTopics.partitions(KnownTopics.describe(admin, letterTopic));
        HandledLetters handled = HandledLetters.load(admin, partitions);
        new LetterReader(consumer, handled, console().clock(), connection().timeout()).read(partitions, letter -> {
            Key key = new Key(letterTopic, letter.topic(), letter.group(), letter.cause());
            sums.computeIfAbsent(key, first -> new Sum()).add(letter.consumed().timestamp());
            progress.count(1);
            return true;
        });
        progress.end();
    }

    private static List<Counted> counted(Map<Key, Sum> sums) {
        List<Counted> counted = new ArrayList<>();
        sums.forEach((key, sum) -> counted.add(new Counted(
                key.letterTopic(),
                key.topic(),
                key.group(),
                key.cause(),
                sum.letters,
                Instant.ofEpochMilli(sum.oldestMs).toString(),
                Instant.ofEpochMilli(sum.newestMs).toString())));
        counted.sort(Comparator.comparing(Counted::letterTopic)
                .thenComparing(Counted::topic)
                .thenComparing(Counted::group)
                .thenComparing(Counted::cause));
        return counted;
    }

    private void print(List<Counted> counted) {
        if (output.isJson()) {
            console().json(counted);
            return;
        }
        if (counted.isEmpty()) {
            console().line("no open dead letters");
            return;
        }
        Table table = new Table()
                .text("TOPIC")
                .text("GROUP")
                .text("CAUSE")
                .number("LETTERS")
                .text("OLDEST")
                .text("NEWEST")
                .text("KEPT IN");
        counted.forEach(each -> table.row(
                each.topic(),
                each.group(),
                each.cause(),
                Printable.number(each.letters()),
                each.oldest(),
                each.newest(),
                each.letterTopic()));
        console().table(table);
    }
}
