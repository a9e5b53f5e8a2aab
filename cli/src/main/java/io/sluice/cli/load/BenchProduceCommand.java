package io.sluice.cli.load;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench produce}. */
@Command(
        name = "produce",
        description = "Send records as fast as they go, or at a rate, and measure until they are acknowledged.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice bench produce",
            "  sluice bench produce --size 100 --records 5000000 --duration 1m",
            "  sluice bench produce --rate 20000 --producers 4 --partitions 4",
            "  sluice bench produce --config sluice.durability=os --compression lz4",
            "  sluice bench produce --output json | jq .latencyMs.p99",
            "",
            "With --rate a latency counts from when the record was due, so that a pause of",
            "the broker shows in every record that waited for it."
        })
final class BenchProduceCommand extends BrokerCommand {

    private static final int PRODUCERS_MAX = 1_000;
    private static final Duration USUAL_LINGER = Duration.ofMillis(5);

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Option(
            names = {"-n", "--records"},
            paramLabel = "N",
            defaultValue = "500000",
            description = "Stop after N records. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = {"-r", "--rate"},
            paramLabel = "N",
            defaultValue = "0",
            description = "Records a second in all; 0 for as many as go. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--producers",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many clients send at once. Default: ${DEFAULT-VALUE}.")
    private int producers;

    @Mixin
    private final ProducerOptions producer = new ProducerOptions();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    BenchProduceCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        check();
        int sizeBytes = load.sizeBytes();
        Map<String, Object> settings = producer.settings(USUAL_LINGER);
        LoadCounters counters = new LoadCounters();
        try (Admin admin = openAdmin();
                LoadTopic topic = LoadTopic.open(admin, console(), load)) {
            ProduceLoad.Plan plan = new ProduceLoad.Plan(topic.name(), records, sizeBytes, rate, load.duration());
            ProduceLoad running = new ProduceLoad(console(), plan, counters);
            console().interruption().stopAtInterrupt(running::stop);
            List<KafkaProducer<byte[], byte[]>> clients = new ArrayList<>();
            for (int client = 0; client < producers; client++) {
                clients.add(connection().openProducer(settings));
            }
            LoadProgress progress = new LoadProgress(console(), counters);
            long elapsedNs = progress.showUntil(running.start(clients));
            LoadEnd.check(counters);
            LoadReport.of("produce", topic.name(), counters, elapsedNs, 0)
                    .print(console(), output, "produced", "acknowledged after");
        }
        return 0;
    }

    private void check() {
        if (!load.contradiction().isEmpty()) {
            throw usage(load.contradiction());
        }
        if (!producer.contradiction().isEmpty()) {
            throw usage(producer.contradiction());
        }
        if (records < 1) {
            throw usage("--records must be at least 1");
        }
        if (!(rate >= 0)) {
            throw usage("--rate must not be negative");
        }
        if (producers < 1 || producers > PRODUCERS_MAX) {
            throw usage("--producers must be from 1 to " + PRODUCERS_MAX);
        }
    }
}
