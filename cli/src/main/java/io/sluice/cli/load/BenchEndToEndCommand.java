package io.sluice.cli.load;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.KnownTopics;
import io.sluice.cli.command.OutputFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench end-to-end}. */
@Command(
        name = "end-to-end",
        description = "Measure the time from a producer to a consumer at a steady rate.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice bench end-to-end",
            "  sluice bench end-to-end --rate 10000 --partitions 4 --duration 30s",
            "  sluice bench end-to-end --acks 1 --output json | jq .latencyMs"
        })
final class BenchEndToEndCommand extends BrokerCommand {

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Option(
            names = {"-n", "--records"},
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Stop after N records. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = {"-r", "--rate"},
            paramLabel = "N",
            defaultValue = "1000",
            description = "Records a second. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Mixin
    private final ProducerOptions producer = new ProducerOptions();

    @Mixin
    private final OutputFormat output = new OutputFormat();

    BenchEndToEndCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (!load.contradiction().isEmpty()) {
            throw usage(load.contradiction());
        }
        if (!producer.contradiction().isEmpty()) {
            throw usage(producer.contradiction());
        }
        if (!(rate > 0) || records < 1) {
            throw usage("--rate and --records must be more than 0");
        }
        int sizeBytes = load.sizeBytes();
        // Waiting for company would be most of what is measured.
        Map<String, Object> settings = producer.settings(Duration.ZERO);
        try (Admin admin = openAdmin();
                LoadTopic topic = LoadTopic.open(admin, console(), load)) {
            ProduceLoad.Plan plan = new ProduceLoad.Plan(topic.name(), records, sizeBytes, rate, load.duration());
            measure(plan, settings, KnownTopics.partitions(KnownTopics.describe(admin, topic.name())));
        }
        return 0;
    }

    private void measure(ProduceLoad.Plan plan, Map<String, Object> settings, List<TopicPartition> partitions) {
        LoadCounters counters = new LoadCounters();
        EndToEndLoad running =
                new EndToEndLoad(console(), plan, counters, connection().timeout());
        console().interruption().stopAtInterrupt(running::stop);
        CountDownLatch done = running.start(
                connection().openProducer(settings),
                connection().openConsumer(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest")),
                partitions);
        long elapsedNs = new LoadProgress(console(), counters).showUntil(done);
        LoadEnd.check(counters);
        LoadReport.of("end-to-end", plan.topic(), counters, elapsedNs, running.missing())
                .print(console(), output, "delivered", "from producer to consumer");
    }
}
