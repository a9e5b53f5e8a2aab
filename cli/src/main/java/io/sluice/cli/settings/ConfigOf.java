package io.sluice.cli.settings;

import java.util.Optional;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Option;

/** Whose settings, as options; exactly one. */
final class ConfigOf {

    /** Kafka's name for what holds for every broker is no name. */
    private static final ConfigResource EVERY_BROKER = new ConfigResource(ConfigResource.Type.BROKER, "");

    @Option(
            names = {"-t", "--topic"},
            required = true,
            paramLabel = "TOPIC",
            description = "Of this topic.")
    private Optional<String> topic = Optional.empty();

    @Option(
            names = {"-g", "--group"},
            required = true,
            paramLabel = "GROUP",
            description = "Of this consumer group.")
    private Optional<String> group = Optional.empty();

    @Option(names = "--broker", required = true, paramLabel = "ID", description = "Of this broker.")
    private Optional<Integer> broker = Optional.empty();

    @Option(names = "--brokers", required = true, description = "Of all brokers together.")
    private boolean everyBroker;

    /** Whose settings; picocli sees to it that one was chosen. */
    ConfigResource resource() {
        if (everyBroker) {
            return EVERY_BROKER;
        }
        return topic.map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .or(() -> group.map(name -> new ConfigResource(ConfigResource.Type.GROUP, name)))
                .or(() -> broker.map(id -> new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(id))))
                .orElseThrow();
    }

    /** {@code topic orders}, {@code broker 1}, {@code all brokers}. */
    static String text(ConfigResource resource) {
        return switch (resource.type()) {
            case TOPIC -> "topic " + resource.name();
            case GROUP -> "group " + resource.name();
            case BROKER -> resource.name().isEmpty() ? "all brokers" : "broker " + resource.name();
            case BROKER_LOGGER, CLIENT_METRICS, UNKNOWN -> resource.type() + " " + resource.name();
        };
    }
}
