package io.sluice.broker.config;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Configurations of what clients may have: connections, requests, and the windows of their quotas. */
public final class ClientLimitConfigs {
    public static final ConfigKey<Integer> CONNECTIONS_MAX = ConfigKey.of(
                    "max.connections",
                    ConfigType.INT,
                    20_000,
                    Bounds.atLeast(1),
                    "Kafka connections open at the same time; further ones are closed at once.")
            .clusterWide();
    public static final ConfigKey<Integer> CONNECTIONS_RESERVED = ConfigKey.of(
                    "sluice.connections.reserved",
                    ConfigType.INT,
                    10,
                    Bounds.between(0, 1_000),
                    "Connections beyond max.connections that this machine itself may open, so that its operator gets in.")
            .clusterWide();
    public static final ConfigKey<Integer> CONNECTIONS_PER_ADDRESS = ConfigKey.of(
                    "max.connections.per.ip",
                    ConfigType.INT,
                    Integer.MAX_VALUE,
                    Bounds.atLeast(0),
                    "Kafka connections open at the same time from one address; further ones are closed at once.")
            .clusterWide();
    public static final ConfigKey<String> CONNECTIONS_OF_ADDRESSES = ConfigKey.of(
                    "max.connections.per.ip.overrides",
                    ConfigType.STRING,
                    "",
                    new Bounds<>("must be a list of ADDRESS:COUNT, comma-separated", ClientLimitConfigs::isOverrides),
                    "Addresses for which another number than max.connections.per.ip holds: 10.0.0.7:100,10.0.0.8:200.")
            .clusterWide();
    public static final ConfigKey<Integer> CONNECTION_RATE_MAX = ConfigKey.of(
                    "max.connection.creation.rate",
                    ConfigType.INT,
                    Integer.MAX_VALUE,
                    Bounds.atLeast(1),
                    "Kafka connections accepted a second on average; faster ones wait until they are.")
            .clusterWide();
    public static final ConfigKey<Long> CONNECTIONS_IDLE_MS = ConfigKey.of(
            "connections.max.idle.ms",
            ConfigType.LONG,
            600_000L,
            Bounds.between(0L, (long) Integer.MAX_VALUE),
            "A Kafka connection on which nothing was sent or received for so long is closed; 0 for never.");
    public static final ConfigKey<Integer> REQUEST_MAX_BYTES = ConfigKey.of(
            "socket.request.max.bytes",
            ConfigType.INT,
            100 << 20,
            Bounds.between(1 << 20, 256 << 20),
            "Largest Kafka request; a larger one closes its connection.");
    public static final ConfigKey<Integer> QUOTA_WINDOW_COUNT = ConfigKey.of(
            "quota.window.num",
            ConfigType.INT,
            11,
            Bounds.between(2, 1_000),
            "Windows over which the use of client quotas is averaged, the current one included.");
    public static final ConfigKey<Integer> QUOTA_WINDOW_SECONDS = ConfigKey.of(
            "quota.window.size.seconds",
            ConfigType.INT,
            1,
            Bounds.between(1, 3_600),
            "Length of a window of client quotas.");
    public static final ConfigKey<Integer> MUTATION_WINDOW_COUNT = ConfigKey.of(
            "controller.quota.window.num",
            ConfigType.INT,
            11,
            Bounds.between(1, 1_000),
            "Windows whose share of controller_mutation_rate can be used at once after rest.");
    public static final ConfigKey<Integer> MUTATION_WINDOW_SECONDS = ConfigKey.of(
            "controller.quota.window.size.seconds",
            ConfigType.INT,
            1,
            Bounds.between(1, 3_600),
            "Length of a window of controller_mutation_rate.");

    private ClientLimitConfigs() {}

    static List<ConfigKey<?>> all() {
        return List.of(
                CONNECTIONS_MAX,
                CONNECTIONS_RESERVED,
                CONNECTIONS_PER_ADDRESS,
                CONNECTIONS_OF_ADDRESSES,
                CONNECTION_RATE_MAX,
                CONNECTIONS_IDLE_MS,
                REQUEST_MAX_BYTES,
                QUOTA_WINDOW_COUNT,
                QUOTA_WINDOW_SECONDS,
                MUTATION_WINDOW_COUNT,
                MUTATION_WINDOW_SECONDS);
    }

    /** What {@link #CONNECTIONS_OF_ADDRESSES} says; throws {@link IllegalArgumentException} if it says nothing. */
    public static Map<InetAddress, Integer> overrides(String text) {
        Map<InetAddress, Integer> overrides = new HashMap<>();
        for (String entry : text.isBlank() ? new String[0] : text.split(",", -1)) {
            int colon = entry.lastIndexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("no colon in " + entry);
            }
            InetAddress address =
                    InetAddress.ofLiteral(entry.substring(0, colon).strip());
            overrides.put(
                    address, Integer.parseUnsignedInt(entry.substring(colon + 1).strip()));
        }
        return overrides;
    }

    private static boolean isOverrides(String text) {
        try {
            return overrides(text).values().stream().allMatch(count -> count >= 0);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
