package io.sluice.cli.topic;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteTopicsResult;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice topic delete}. */
@Command(
        name = "delete",
        description = "Delete topics with all their records. Nothing brings them back.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  sluice topic delete orders", "  sluice topic delete orders invoices --if-exists"})
final class TopicDeleteCommand extends BrokerCommand {

    private record Deleted(String name, boolean deleted) {}

    @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "Names of the topics.")
    private List<String> names = List.of();

    @Option(names = "--if-exists", description = "A topic that is not there is fine.")
    private boolean missingIsFine;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    TopicDeleteCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        try (Admin admin = openAdmin()) {
            List<String> distinct = names.stream().distinct().toList();
            DeleteTopicsResult answers = admin.deleteTopics(distinct);
            List<Deleted> deleted = new ArrayList<>();
            distinct.forEach(name -> deleted.add(deleted(answers, name)));
            if (output.isJson()) {
                console().json(deleted);
            }
        }
        return 0;
    }

    private Deleted deleted(DeleteTopicsResult answers, String name) {
        try {
            await(Objects.requireNonNull(answers.topicNameValues().get(name), "no answer for a topic that was asked"));
            say("deleted " + name);
            return new Deleted(name, true);
        } catch (UnknownTopicOrPartitionException unknown) {
            if (missingIsFine) {
                say(name + " does not exist");
                return new Deleted(name, false);
            }
            throw new CommandException(
                    "no topic " + name + "; 'sluice topic list' shows what there is, --if-exists makes that fine",
                    unknown);
        }
    }

    private void say(String text) {
        if (!output.isJson()) {
            console().line(text);
        }
    }
}
