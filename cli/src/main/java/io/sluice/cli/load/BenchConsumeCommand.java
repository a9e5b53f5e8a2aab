package io.sluice.cli.load;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.KnownTopics;
import io.sluice.cli.command.OutputFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice bench consume}. */
@Command(
        name = "consume",
        description = {
            "Read a topic from its start as fast as it goes.",
            "Without --topic it first fills a topic of its own; that is not measured."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice bench consume",
            "  sluice bench consume --size 100 --records 2000000",
            "  sluice bench consume --topic orders",
            "",
            "The times are those of polls that brought records."
        })
final class BenchConsumeCommand extends BrokerCommand {

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Option(
            names = {"-n", "--records"},
            paramLabel = "N",
            defaultValue = "200000",
            description = "Stop after N records. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    BenchConsumeCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (!load.contradiction().isEmpty()) {
            throw usage(load.contradiction());
        }
        if (records < 1) {
            throw usage("--records must be at least 1");
        }
        int sizeBytes = load.sizeBytes();
        try (Admin admin = openAdmin();
                LoadTopic topic = LoadTopic.open(admin, console(), load)) {
            if (load.topic().isEmpty()) {
                fill(topic.name(), sizeBytes);
            }
            measure(admin, topic.name());
        }
        return 0;
    }

    private void fill(String topic, int sizeBytes) {
        LoadCounters counters = new LoadCounters();
        ProduceLoad.Plan plan = new ProduceLoad.Plan(topic, records, sizeBytes, 0, load.duration());
        ProduceLoad filling = new ProduceLoad(console(), plan, counters);
        console().interruption().stopAtInterrupt(filling::stop);
        CountDownLatch done =
                filling.start(List.of(connection().openProducer(Map.of(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024))));
        new LoadProgress(console(), counters).showUntil(done);
        LoadEnd.check(counters);
    }

    private void measure(Admin admin, String topic) {
        LoadCounters counters = new LoadCounters();
        ConsumeLoad.Plan plan = new ConsumeLoad.Plan(
                KnownTopics.partitions(KnownTopics.describe(admin, topic)), records, load.duration());
        ConsumeLoad reading = new ConsumeLoad(console(), plan, counters);
        console().interruption().stopAtInterrupt(reading::stop);
        CountDownLatch done =
                reading.start(connection().openConsumer(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")));
        long elapsedNs = new LoadProgress(console(), counters).showUntil(done);
        LoadEnd.check(counters);
        LoadReport.of("consume", topic, counters, elapsedNs, 0).print(console(), output, "consumed", "a poll took");
    }
}
