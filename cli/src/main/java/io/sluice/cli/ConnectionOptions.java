package io.sluice.cli;

import io.sluice.cli.text.DurationText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which broker, and how long to wait for it; opens clients. */
final class ConnectionOptions {

    private static final Duration CONNECT_TIMEOUT_MAX = Duration.ofSeconds(3);

    @Option(
            names = {"-b", "--bootstrap"},
            order = 90,
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SLUICE_BOOTSTRAP:-127.0.0.1:9092}",
            description = "The broker's Kafka listener; a comma separates several. Environment: SLUICE_BOOTSTRAP."
                    + " Default: ${DEFAULT-VALUE}.")
    private String bootstrap = "";

    @Option(
            names = "--timeout",
            order = 91,
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long to wait for an answer: 500ms, 10s, 1m. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ZERO;

    String bootstrap() {
        return bootstrap;
    }

    Duration timeout() {
        return timeout;
    }

    int timeoutMs() {
        return Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE / 4);
    }

    Admin openAdmin() {
        return Admin.create(properties());
    }

    KafkaProducer<byte[], byte[]> openProducer(Map<String, Object> settings) {
        Map<String, Object> properties = properties();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMs());
        // A broker that restarts in the middle of a large input should not end it.
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3 * timeoutMs());
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.remove(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG);
        properties.putAll(settings);
        return new KafkaProducer<>(properties);
    }

    KafkaConsumer<byte[], byte[]> openConsumer(Map<String, Object> settings) {
        Map<String, Object> properties = properties();
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.putAll(settings);
        return new KafkaConsumer<>(properties);
    }

    private Map<String, Object> properties() {
        checkReachable();
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "sluice-cli");
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs());
        properties.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs());
        properties.put("enable.metrics.push", false);
        return properties;
    }

    /**
     * Connects once before the client library does: it would retry a refused connection until its time is over and then
     * only say that time is over.
     */
    private void checkReachable() {
        List<String> reasons = new ArrayList<>();
        for (String address : bootstrap.split(",", -1)) {
            try (Socket socket = new Socket()) {
                Duration limit = timeout.compareTo(CONNECT_TIMEOUT_MAX) < 0 ? timeout : CONNECT_TIMEOUT_MAX;
                socket.connect(socketAddress(address.strip()), (int) Math.max(1, limit.toMillis()));
                return;
            } catch (IOException unreachable) {
                reasons.add(address.strip() + " (" + reason(unreachable) + ")");
            }
        }
        throw new CommandException("no broker at " + String.join(" nor at ", reasons)
                + "; start one with 'bin/sluice start', or name another with --bootstrap HOST:PORT");
    }

    private static String reason(IOException unreachable) {
        return switch (unreachable) {
            case UnknownHostException unknown -> "unknown host";
            case SocketTimeoutException late -> "no answer";
            case IOException other -> String.valueOf(other.getMessage()).toLowerCase(Locale.ROOT);
        };
    }

    private static InetSocketAddress socketAddress(String address) throws IOException {
        try {
            URI uri = new URI("tcp://" + address);
            if (uri.getHost() == null || uri.getPort() <= 0) {
                throw new CommandException("'" + address + "' is no address; write HOST:PORT, such as 127.0.0.1:9092");
            }
            InetSocketAddress resolved = new InetSocketAddress(uri.getHost(), uri.getPort());
            if (resolved.isUnresolved()) {
                throw new UnknownHostException(uri.getHost());
            }
            return resolved;
        } catch (URISyntaxException malformed) {
            throw new CommandException(
                    "'" + address + "' is no address; write HOST:PORT, such as 127.0.0.1:9092", malformed);
        }
    }

    /** Lets picocli read durations. */
    static Duration duration(String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new TypeConversionException(String.valueOf(malformed.getMessage()));
        }
    }
}
