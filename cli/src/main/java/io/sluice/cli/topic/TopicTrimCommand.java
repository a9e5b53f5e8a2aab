package io.sluice.cli.topic;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.KnownTopics;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.command.TopicOffsets;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.Table;
import io.sluice.cli.text.TimeExpression;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice topic trim}: Kafka's DeleteRecords. */
@Command(
        name = "trim",
        description = {
            "Delete the oldest records of a topic, up to an offset or a time.",
            "Shows what would go; with --execute it goes, and nothing brings it back."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice topic trim orders --before '7d ago'                see what would go",
            "  sluice topic trim orders --before '7d ago' --execute",
            "  sluice topic trim orders --before 120000 --partition 2 --execute",
            "  sluice topic trim orders --before end --execute           everything there is",
            "",
            "A number is an offset: the first that stays. Times: '10m ago', 2026-11-21,",
            "2026-11-21T12:00 (local), 2026-11-21T12:00:00Z; the first record of that time",
            "or later stays."
        })
final class TopicTrimCommand extends BrokerCommand {

    private record Trim(int partition, long startOffset, long newStartOffset, long endOffset, long records) {}

    private record Trimmed(String name, boolean executed, long records, List<Trim> partitions) {}

    @Parameters(paramLabel = "TOPIC", description = "Which topic.")
    private String name = "";

    @Option(
            names = "--before",
            required = true,
            paramLabel = "OFFSET|TIME|end",
            description = "What stays begins here, see below.")
    private String before = "";

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Only this partition. Repeatable. Default: all.")
    private List<Integer> partitions = new ArrayList<>();

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    TopicTrimCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            TopicDescription topic = KnownTopics.describe(admin, name);
            List<TopicPartition> asked = KnownTopics.partitions(topic, partitions);
            TopicOffsets offsets = TopicOffsets.of(admin, asked);
            Map<TopicPartition, Long> targets = targets(admin, asked, offsets);
            List<Trim> trims = asked.stream()
                    .map(partition -> trim(partition, offsets, targets.getOrDefault(partition, 0L)))
                    .toList();
            if (execute) {
                delete(admin, trims);
            }
            print(new Trimmed(
                    name, execute, trims.stream().mapToLong(Trim::records).sum(), trims));
        }
        return 0;
    }

    private Map<TopicPartition, Long> targets(Admin admin, List<TopicPartition> asked, TopicOffsets offsets) {
        if (before.equals("end")) {
            return offsets.ends();
        }
        if (before.matches("\\d{1,18}")) {
            return Map.of(onlyPartition(asked), offset(onlyPartition(asked), offsets));
        }
        return TopicOffsets.atTime(admin, asked, timeMs());
    }

    private TopicPartition onlyPartition(List<TopicPartition> asked) {
        if (asked.size() > 1) {
            throw new CommandException(
                    name + " has several partitions, each with its own offsets;" + " say which with --partition N");
        }
        return asked.getFirst();
    }

    private long offset(TopicPartition partition, TopicOffsets offsets) {
        long wanted = Long.parseLong(before);
        if (wanted > offsets.end(partition)) {
            throw new CommandException("partition " + partition.partition() + " of " + name + " ends at "
                    + offsets.end(partition) + "; --before end deletes everything that is there");
        }
        return wanted;
    }

    private long timeMs() {
        try {
            return new TimeExpression(console().clock().instant(), ZoneId.systemDefault())
                    .parse(before)
                    .toEpochMilli();
        } catch (IllegalArgumentException malformed) {
            throw usage("--before: " + malformed.getMessage());
        }
    }

    private static Trim trim(TopicPartition partition, TopicOffsets offsets, long target) {
        long start = offsets.start(partition);
        long newStart = Math.max(start, target);
        return new Trim(partition.partition(), start, newStart, offsets.end(partition), newStart - start);
    }

    private void delete(Admin admin, List<Trim> trims) {
        Map<TopicPartition, RecordsToDelete> wanted = new HashMap<>();
        trims.stream()
                .filter(trim -> trim.records() > 0)
                .forEach(trim -> wanted.put(
                        new TopicPartition(name, trim.partition()),
                        RecordsToDelete.beforeOffset(trim.newStartOffset())));
        if (!wanted.isEmpty()) {
            await(admin.deleteRecords(wanted).all());
        }
    }

    private void print(Trimmed trimmed) {
        if (output.isJson()) {
            console().json(trimmed);
            return;
        }
        Table table = new Table()
                .number("PARTITION")
                .number("START")
                .number("NEW START")
                .number("END")
                .number("RECORDS");
        trimmed.partitions()
                .forEach(trim -> table.row(
                        trim.partition(),
                        trim.startOffset(),
                        trim.newStartOffset(),
                        trim.endOffset(),
                        Printable.number(trim.records())));
        console().table(table);
        String size = Printable.count(trimmed.records(), "record") + " of " + name;
        if (execute) {
            console().line("deleted " + size);
        } else {
            console().flush();
            console().error("would delete " + size + "; --execute does it");
        }
    }
}
