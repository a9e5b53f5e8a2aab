package io.sluice.server.settings;

import io.sluice.replication.ReplicationSettings;
import io.sluice.server.settings.SecuritySettings.OfTls;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Settings of a broker as a node of a cluster. */
public final class ClusterSettings {
    /** Its number. */
    public static final Setting<Long> NODE_ID = new Setting<>(
            "node.id",
            new SettingType.WholeNumber(1, 1_000_000, ""),
            "1",
            Change.RESTART,
            "Number of this node in its cluster, for ever; the first node is 1 unless it is told otherwise.");

    /** Where it stands. */
    public static final Setting<String> NODE_RACK = new Setting<>(
            "node.rack",
            new SettingType.Text("a name, or empty"),
            "",
            Change.RESTART,
            "Whatever fails together with this node, such as a zone: replicas lie on different ones, and consumers that say"
                    + " theirs (client.rack) read near by.");

    /** The one port between nodes. */
    public static final Setting<Optional<ListenAddress>> LISTEN = new Setting<>(
            "cluster.listen",
            new SettingType.Listener(),
            "off",
            Change.RESTART,
            "Address at which other nodes connect; off for a broker alone. A broker with data becomes the first node.");

    /** What other nodes are told. */
    public static final Setting<Optional<ListenAddress>> ADVERTISE = new Setting<>(
            "cluster.advertise",
            new SettingType.Advertised(),
            "",
            Change.RESTART,
            "Address that other nodes are told to connect to; needed when cluster.listen is a wildcard.");

    /** Whom to ask. */
    public static final Setting<Optional<ListenAddress>> JOIN = new Setting<>(
            "cluster.join",
            new SettingType.Advertised(),
            "",
            Change.RESTART,
            "Address of a node whose cluster this one joins with an empty data directory; without effect later.");

    /** What strangers do not know. */
    public static final Setting<Optional<Path>> TOKEN_FILE = new Setting<>(
            "cluster.token.file",
            new SettingType.OptionalFile(),
            "",
            Change.RESTART,
            "File whose first line is a secret that all nodes share; who does not know it cannot join. It never travels.");

    /** How many nodes keep everything. */
    public static final Setting<Long> REPLICATION_FACTOR = new Setting<>(
            "cluster.replication.factor",
            new SettingType.WholeNumber(1, 7, ""),
            "3",
            Change.RESTART,
            "Nodes that keep each partition once there are so many; read when a cluster is founded.");

    /** How many journals, each with a leader. */
    public static final Setting<Long> SHARDS = new Setting<>(
            "cluster.shards",
            new SettingType.WholeNumber(1, 64, ""),
            "1",
            Change.RESTART,
            "Shards of records that the cluster has at least; it has as many as nodes in any case, and never fewer again. Each"
                    + " has a journal and threads of its own: more than nodes make use of machines with many cores and fast"
                    + " disks. The same on all nodes.");

    /** How long silence is borne. */
    public static final Setting<Long> ELECTION_TIMEOUT = new Setting<>(
            "cluster.election.timeout.ms",
            new SettingType.WholeNumber(200, 60_000, "ms"),
            "1000",
            Change.RESTART,
            "A leader that is silent for so long, or up to twice that, is replaced; one whose process has ended, much sooner."
                    + " Longer for nodes far apart or machines that pause; the same on all nodes.");

    /** How fast a node gets what it lacks. */
    public static final Setting<Long> COPY_BYTES = new Setting<>(
            "cluster.copy.bytes.per.second",
            new SettingType.WholeNumber(1 << 20, 16L << 30, "bytes"),
            Long.toString(ReplicationSettings.COPY_BYTES_PER_SECOND),
            Change.RESTART,
            "Pace at which a node that is new or was away for long copies segments from others, all shards together, so that"
                    + " who writes meanwhile hardly notices; what comes in faster than that is copied faster in the end.");

    /** Encryption between nodes. */
    public static final OfTls TLS = OfTls.of("cluster", "cluster");

    /** All of them, in the order in which a reader wants them. */
    public static final List<Setting<?>> ALL = Stream.concat(
                    Stream.<Setting<?>>of(
                            NODE_ID,
                            NODE_RACK,
                            LISTEN,
                            ADVERTISE,
                            JOIN,
                            TOKEN_FILE,
                            REPLICATION_FACTOR,
                            SHARDS,
                            ELECTION_TIMEOUT,
                            COPY_BYTES),
                    TLS.all().stream().filter(setting -> setting != TLS.clients()))
            .<Setting<?>>map(setting -> setting)
            .toList();

    private ClusterSettings() {}
}
