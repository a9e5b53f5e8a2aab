package io.sluice.cli.load;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.KnownTopics;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;

/** The topic under load: somebody's, which is left as it is, or one of its own, which closing deletes. */
final class LoadTopic implements AutoCloseable {

    private final Admin admin;
    private final Console console;
    private final String name;
    private final boolean isOwn;

    private LoadTopic(Admin admin, Console console, String name, boolean isOwn) {
        this.admin = admin;
        this.console = console;
        this.name = name;
        this.isOwn = isOwn;
    }

    /**
     * The topic that {@code options} name, or a new one.
     *
     * @throws CommandException when the named one is not there
     */
    static LoadTopic open(Admin admin, Console console, LoadOptions options) {
        if (options.topic().isPresent()) {
            String name = options.topic().get();
            KnownTopics.describe(admin, name);
            return new LoadTopic(admin, console, name, false);
        }
        String name = "sluice-bench-" + UUID.randomUUID().toString().substring(0, 8);
        NewTopic wanted = new NewTopic(name, Optional.of(options.partitions()), Optional.empty());
        BrokerCommand.await(
                admin.createTopics(List.of(wanted.configs(options.configs()))).all());
        if (options.isKept()) {
            console.error("the topic is " + name);
        }
        return new LoadTopic(admin, console, name, !options.isKept());
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        if (!isOwn) {
            return;
        }
        try {
            BrokerCommand.await(admin.deleteTopics(List.of(name)).all());
        } catch (KafkaException left) {
            console.error("the topic " + name + " is left behind (" + left.getMessage() + "); 'sluice topic delete "
                    + name + "' deletes it");
        }
    }
}
