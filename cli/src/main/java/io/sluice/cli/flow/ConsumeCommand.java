package io.sluice.cli.flow;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.records.RecordFormat;
import io.sluice.cli.text.Printable;
import io.sluice.cli.text.TimeExpression;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice consume}: records become lines. */
@Command(
        name = "consume",
        description = "Print the records of a topic and stop at its end, or wait for more with --follow.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice consume orders                    everything that is there",
            "  sluice consume orders --follow           what comes from now on, until Ctrl-C",
            "  sluice consume orders --last 10 --follow the last ten, then what comes",
            "  sluice consume orders --from-time '10m ago'",
            "  sluice consume orders --partition 2 --offset 1000 --count 5",
            "  sluice consume orders --output json | jq .value",
            "  sluice consume orders --group billing    goes on where the group stopped",
            "",
            "A line shows partition:offset, time (UTC), key, value and [headers].",
            "Times: '10m ago', 2026-11-21T12:00:00Z, 2026-11-21T12:00 (local), 2026-11-21."
        })
public final class ConsumeCommand extends BrokerCommand {

    private enum Output {
        text,
        value,
        json
    }

    /** The ways to say where to begin; at most one. */
    private static final class Start {
        @Option(names = "--from-beginning", description = "At the first record; the default unless --follow is given.")
        private boolean beginning;

        @Option(
                names = "--offset",
                paramLabel = "N",
                description = "At this offset; with --partition where there are several.")
        private Optional<Long> offset = Optional.empty();

        @Option(
                names = "--from-time",
                paramLabel = "TIME",
                description = "At the first record of this time or later, see below.")
        private Optional<String> time = Optional.empty();

        @Option(names = "--last", paramLabel = "N", description = "Only the last N records.")
        private Optional<Integer> last = Optional.empty();

        @Option(
                names = {"-g", "--group"},
                paramLabel = "GROUP",
                description = "As a member of this group: where it stopped, and it remembers what is printed.")
        private Optional<String> group = Optional.empty();
    }

    @Parameters(paramLabel = "TOPIC", description = "What to read.")
    private String topic = "";

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Start start = new Start();

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Only this partition. Repeatable. Default: all.")
    private List<Integer> partitions = new ArrayList<>();

    @Option(
            names = {"-f", "--follow"},
            description = "Wait for more at the end. Begins there too unless something above says where.")
    private boolean follow;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Stop after N records.")
    private Optional<Long> count = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text for people; value: only the values, as they are; json: one object a line."
                    + " Default: ${DEFAULT-VALUE}.")
    private Output output = Output.text;

    @Option(
            names = {"-q", "--quiet"},
            description = "No summary on stderr.")
    private boolean quiet;

    /** The command on {@code console}. */
    public ConsumeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        ConsumePlan plan = plan();
        try (KafkaConsumer<byte[], byte[]> consumer = connection().openConsumer(settings(plan))) {
            RecordPrinter printer = new RecordPrinter(format(), console(), plan.countLimit());
            ConsumeLoop loop =
                    new ConsumeLoop(consumer, plan, printer, console().clock());
            console().interruption().stopAtInterrupt(loop::stop);
            ConsumeLoop.Ending ending = loop.run();
            summary(printer.printed(), ending);
        }
        return 0;
    }

    private ConsumePlan plan() {
        if (count.filter(limit -> limit <= 0).isPresent()) {
            throw usage("--count must be at least 1");
        }
        if (partitions.stream().anyMatch(number -> number < 0)) {
            throw usage("--partition must not be negative");
        }
        if (start.group.isPresent() && !partitions.isEmpty()) {
            throw usage("--group and --partition exclude each other: a group shares out the partitions itself");
        }
        return new ConsumePlan(
                topic,
                partitions.stream().distinct().sorted().toList(),
                startPosition(),
                follow,
                count.orElse(Long.MAX_VALUE),
                connection().timeout());
    }

    private StartPosition startPosition() {
        if (start.offset.filter(offset -> offset < 0).isPresent()) {
            throw usage("--offset must not be negative; --last N counts from the end");
        }
        if (start.last.filter(last -> last < 1).isPresent()) {
            throw usage("--last must be at least 1");
        }
        StartPosition usual = follow && !start.beginning ? new StartPosition.End() : new StartPosition.Beginning();
        return start.offset
                .<StartPosition>map(StartPosition.Offset::new)
                .or(() -> start.last.map(StartPosition.Last::new))
                .or(() -> start.group.map(StartPosition.Group::new))
                .or(() -> start.time.map(this::atTime))
                .orElse(usual);
    }

    private StartPosition atTime(String text) {
        try {
            return new StartPosition.Time(
                    new TimeExpression(console().clock().instant(), ZoneId.systemDefault()).parse(text));
        } catch (IllegalArgumentException malformed) {
            throw usage("--from-time: " + malformed.getMessage());
        }
    }

    private static Map<String, Object> settings(ConsumePlan plan) {
        return plan.start() instanceof StartPosition.Group(String name)
                ? Map.of(ConsumerConfig.GROUP_ID_CONFIG, name, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")
                : Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    }

    private RecordFormat format() {
        return switch (output) {
            case text -> new RecordFormat.Text(console().isColored());
            case value -> new RecordFormat.Value();
            case json -> RecordFormat.Json.create();
        };
    }

    private void summary(long printed, ConsumeLoop.Ending ending) {
        console().flush();
        if (quiet) {
            return;
        }
        String why = switch (ending) {
            case AT_END -> "; this is the end of " + topic + ", --follow waits for more";
            case ENOUGH, OUTPUT_CLOSED -> "";
            case STOPPED -> "; stopped";
        };
        console().error(Printable.count(printed, "record") + " of " + topic + why);
    }
}
