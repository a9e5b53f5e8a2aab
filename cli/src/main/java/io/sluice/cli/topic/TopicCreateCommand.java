package io.sluice.cli.topic;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice topic create}. */
@Command(
        name = "create",
        description = "Create topics.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice topic create orders",
            "  sluice topic create orders --partitions 6 --config retention.ms=-1",
            "  sluice topic create orders --if-not-exists --output json"
        })
final class TopicCreateCommand extends BrokerCommand {

    private record Created(
            String name,
            boolean created,
            @Nullable String topicId,
            @Nullable Integer partitions,
            @Nullable Integer replicationFactor) {}

    @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "Names of the topics.")
    private List<String> names = List.of();

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "Partitions of each. Default: the broker's num.partitions.")
    private Optional<Integer> partitions = Optional.empty();

    @Option(
            names = {"-r", "--replication"},
            paramLabel = "N",
            description = "Copies of each partition. Default: the broker's.")
    private Optional<Short> replication = Optional.empty();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "NAME=VALUE",
            description = "A setting of the topic, such as retention.ms=-1 (keep everything). Repeatable.")
    private Map<String, String> configs = new LinkedHashMap<>();

    @Option(names = "--if-not-exists", description = "A topic that is there already is fine, and stays as it is.")
    private boolean existingIsFine;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    TopicCreateCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            CreateTopicsResult answers = admin.createTopics(names.stream()
                    .distinct()
                    .map(name -> new NewTopic(name, partitions, replication).configs(configs))
                    .toList());
            List<Created> created = new ArrayList<>();
            names.stream().distinct().forEach(name -> created.add(created(admin, answers, name)));
            if (output.isJson()) {
                console().json(created);
            }
        }
        return 0;
    }

    private Created created(Admin admin, CreateTopicsResult answers, String name) {
        try {
            await(Objects.requireNonNull(answers.values().get(name), "no answer for a topic that was asked"));
        } catch (TopicExistsException exists) {
            if (!existingIsFine) {
                throw exists;
            }
            say(name + " exists already");
            return existing(admin, name);
        }
        Created topic = details(answers, name);
        say("created " + name
                + (topic.partitions() == null ? "" : " with " + Printable.count(topic.partitions(), "partition")));
        return topic;
    }

    /** Whoever may create a topic may still not be allowed to see its settings, which the details come with. */
    private static Created details(CreateTopicsResult answers, String name) {
        try {
            return new Created(
                    name,
                    true,
                    await(answers.topicId(name)).toString(),
                    await(answers.numPartitions(name)),
                    await(answers.replicationFactor(name)));
        } catch (AuthorizationException hidden) {
            return new Created(name, true, null, null, null);
        }
    }

    private static Created existing(Admin admin, String name) {
        TopicDescription topic = await(admin.describeTopics(List.of(name)).allTopicNames())
                .values()
                .iterator()
                .next();
        int copies = topic.partitions().getFirst().replicas().size();
        return new Created(
                name, false, topic.topicId().toString(), topic.partitions().size(), copies);
    }

    private void say(String text) {
        if (!output.isJson()) {
            console().line(text);
        }
    }
}
