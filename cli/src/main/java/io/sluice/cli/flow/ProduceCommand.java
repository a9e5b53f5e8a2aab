package io.sluice.cli.flow;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.Interruption;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.command.SendOptions;
import io.sluice.cli.records.InputRecord;
import io.sluice.cli.records.LineReader;
import io.sluice.cli.records.OffsetRanges;
import io.sluice.cli.records.RecordParser;
import io.sluice.cli.records.RecordSyntaxException;
import io.sluice.cli.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code sluice produce}: lines become records. */
@Command(
        name = "produce",
        description = "Send lines of stdin or of a file as records, one record a line, exactly the line's bytes.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  echo hello | sluice produce greetings",
            "  sluice produce events --file events.ndjson --key-field user.id -z zstd",
            "  echo k1:first | sluice produce orders --key-separator : --header from=shop",
            "  sluice consume orders --output json | sluice produce copy --json",
            "",
            "With --json each line describes a record; all fields are optional:",
            "  {\"key\":\"k\",\"value\":\"v\",\"headers\":{\"a\":\"1\"},\"partition\":0,",
            "   \"timestamp\":1517363399650}",
            "A value that is no text is sent as its JSON, null sends a tombstone,",
            "{\"base64\":\"/w==\"} sends bytes."
        })
public final class ProduceCommand extends BrokerCommand {

    @Parameters(paramLabel = "TOPIC", description = "Where the records go.")
    private String topic = "";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Read this file instead of stdin.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Each line is a JSON object that describes a record, see below.")
    private boolean json;

    @Option(
            names = "--key-field",
            paramLabel = "FIELD",
            description = "Each line is a JSON object; this field of it is the key, dots lead inwards.")
    private Optional<String> keyField = Optional.empty();

    @Option(
            names = {"-K", "--key-separator"},
            paramLabel = "TEXT",
            description = "Each line is a key, this separator and a value.")
    private Optional<String> keySeparator = Optional.empty();

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description = "A header for every record. Repeatable.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            description = "Send everything to this partition. Default: the key decides.")
    private Optional<Integer> partition = Optional.empty();

    @Mixin
    private final SendOptions sending = new SendOptions();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    /** The command on {@code console}. */
    public ProduceCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        RecordParser parser = parser();
        if (!sending.contradiction().isEmpty()) {
            throw usage(sending.contradiction());
        }
        if (partition.filter(number -> number < 0).isPresent()) {
            throw usage("--partition must not be negative");
        }
        try (InputStream input = input();
                RecordSender sender = new RecordSender(
                        topic,
                        connection().openProducer(settings()),
                        console(),
                        connection().timeout().multipliedBy(4))) {
            console().interruption().onInterrupt(() -> {
                sender.interrupted().ifPresent(console()::error);
                return Interruption.EXIT_INTERRUPTED;
            });
            sendAll(new LineReader(input, RecordSender.RECORD_BYTES_MAX), parser, sender);
            sender.finish();
            report(sender.acknowledged());
        }
        return 0;
    }

    private RecordParser parser() {
        if (Stream.of(json, keyField.isPresent(), keySeparator.isPresent())
                        .filter(chosen -> chosen)
                        .count()
                > 1) {
            throw usage("--json, --key-field and --key-separator exclude each other");
        }
        if (keySeparator.filter(String::isEmpty).isPresent()) {
            throw usage("--key-separator must not be empty");
        }
        if (json) {
            return new RecordParser.Json(JsonMapper.shared());
        }
        return keyField.<RecordParser>map(field -> new RecordParser.KeyField(JsonMapper.shared(), field))
                .or(() -> keySeparator.map(RecordParser.KeyedLines::by))
                .orElseGet(RecordParser.Lines::new);
    }

    private InputStream input() throws IOException {
        if (file != null) {
            if (Files.isDirectory(file)) {
                throw new CommandException(file + " is a directory; --file needs a file");
            }
            return Files.newInputStream(file);
        }
        if (console().terminal().input()) {
            console().error("one record a line; Ctrl-D ends");
        }
        return console().in();
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = sending.settings();
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordSender.RECORD_BYTES_MAX);
        return settings;
    }

    private void sendAll(LineReader lines, RecordParser parser, RecordSender sender) throws IOException {
        List<Header> common = headers.entrySet().stream()
                .<Header>map(header ->
                        new RecordHeader(header.getKey(), header.getValue().getBytes(StandardCharsets.UTF_8)))
                .toList();
        OptionalInt fixedPartition = partition.map(OptionalInt::of).orElseGet(OptionalInt::empty);
        long lineNumber = 1;
        try {
            for (byte[] line = lines.next(); line != null && sender.isOpen(); line = lines.next()) {
                Optional<InputRecord> parsed = parser.parse(line);
                if (parsed.isPresent()) {
                    sender.send(parsed.get(), common, fixedPartition, lineNumber);
                }
                lineNumber++;
            }
        } catch (RecordSyntaxException syntax) {
            sender.finish();
            throw new CommandException("line " + lineNumber + " is " + syntax.getMessage() + "; "
                    + Printable.count(sender.acknowledged().records(), "record") + " before it were sent");
        }
    }

    private void report(OffsetRanges acknowledged) {
        if (output.isJson()) {
            console()
                    .json(new Produced(topic, acknowledged.records(), acknowledged.sizeBytes(), acknowledged.ranges()));
            return;
        }
        String total = "produced " + Printable.count(acknowledged.records(), "record") + " ("
                + Printable.size(acknowledged.sizeBytes()) + ") to " + topic;
        List<OffsetRanges.Range> ranges = acknowledged.ranges();
        console().line(ranges.size() == 1 ? total + ", " + text(ranges.getFirst()) : total);
        if (ranges.size() > 1) {
            ranges.forEach(range ->
                    console().line("  " + text(range) + " (" + Printable.count(range.records(), "record") + ")"));
        }
    }

    private record Produced(String topic, long records, long sizeBytes, List<OffsetRanges.Range> partitions) {}

    private static String text(OffsetRanges.Range range) {
        String place = "partition " + range.partition();
        if (range.firstOffset() < 0) {
            return place + " (offsets unknown: acks=0 does not ask)";
        }
        return range.firstOffset() == range.lastOffset()
                ? place + " offset " + range.firstOffset()
                : place + " offsets " + range.firstOffset() + " to " + range.lastOffset();
    }
}
