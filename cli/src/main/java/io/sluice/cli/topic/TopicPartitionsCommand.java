package io.sluice.cli.topic;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.KnownTopics;
import io.sluice.cli.command.OutputFormat;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice topic partitions}. */
@Command(
        name = "partitions",
        description = "Give a topic more partitions. It cannot have fewer later.",
        sortOptions = false,
        footerHeading = "%nKeys move: ",
        footer = {
            "producers choose a partition by the key and the number of partitions.",
            "Records that are there stay where they are, new records of the same key may go",
            "elsewhere: a consumer sees the old and the new ones of a key in no order. If",
            "that matters, let the consumers catch up before new records are produced, or",
            "create a topic with more partitions and copy.",
            "",
            "Examples:",
            "  sluice topic partitions orders 12 --dry-run",
            "  sluice topic partitions orders 12"
        })
final class TopicPartitionsCommand extends BrokerCommand {

    private record Grown(String name, boolean dryRun, int partitionsBefore, int partitions) {}

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Which topic.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "COUNT", description = "How many partitions it has then.")
    private int count;

    @Option(names = "--dry-run", description = "Let the broker check it, but change nothing.")
    private boolean dryRun;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    TopicPartitionsCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        if (count < 1) {
            throw usage("COUNT must be at least 1");
        }
        try (Admin admin = openAdmin()) {
            TopicDescription topic = KnownTopics.describe(admin, name);
            int before = topic.partitions().size();
            checkGrows(before);
            await(admin.createPartitions(
                            Map.of(name, NewPartitions.increaseTo(count)),
                            new CreatePartitionsOptions().validateOnly(dryRun))
                    .all());
            print(new Grown(name, dryRun, before, count));
        }
        return 0;
    }

    private void checkGrows(int before) {
        if (count == before) {
            throw new CommandException(name + " has " + before + " partitions already");
        }
        if (count < before) {
            throw new CommandException(name + " has " + before + " partitions and cannot have fewer;"
                    + " create another topic and copy: 'sluice consume " + name
                    + " -o json | sluice produce COPY --json'");
        }
    }

    private void print(Grown grown) {
        if (output.isJson()) {
            console().json(grown);
            return;
        }
        console()
                .line((dryRun ? "would give " : "gave ") + name + " " + count + " partitions instead of "
                        + grown.partitionsBefore());
        console()
                .error("keys move: records stay where they are, new ones of the same key may go to another partition,"
                        + " so a key's order holds only within each");
    }
}
