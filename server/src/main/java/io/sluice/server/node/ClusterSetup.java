package io.sluice.server.node;

import io.sluice.common.Clock;
import io.sluice.network.ConnectionLimits;
import io.sluice.network.ListenerSettings;
import io.sluice.network.PeerSecret;
import io.sluice.network.Tls;
import io.sluice.server.settings.ClusterSettings;
import io.sluice.server.settings.ListenAddress;
import io.sluice.server.settings.Setting;
import io.sluice.server.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the settings say of this broker as a node, checked before anything is opened.
 *
 * @param nodeId its number
 * @param rack where it stands
 * @param listener the one port between nodes
 * @param advertised what others are told, if not the bound address
 * @param join whom an empty node asks to be taken in
 * @param secret what all nodes know
 * @param tls between nodes
 * @param replicationFactor of a cluster that it founds
 * @param shardsLeast shards of records that there shall be
 * @param electionTimeoutMs for so long it waits for a silent leader
 */
record ClusterSetup(
        int nodeId,
        Optional<String> rack,
        ListenerSettings listener,
        Optional<ListenAddress> advertised,
        Optional<ListenAddress> join,
        PeerSecret secret,
        Optional<Tls> tls,
        int replicationFactor,
        int shardsLeast,
        int electionTimeoutMs) {
    private static final int CONNECTIONS_MAX = 1_000;
    private static final int SECRET_CHARACTERS_MIN = 16;
    /** Raft's heartbeats keep connections in use; one that is silent for so long is dead. */
    private static final long IDLE_TIMEOUT_MS = 600_000;

    private static final int WRITE_HIGH_BYTES = 8 << 20;
    private static final int WRITE_LOW_BYTES = 2 << 20;
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1", "localhost");

    /** Empty for a broker alone; throws {@link StartException}. */
    static Optional<ClusterSetup> of(Settings settings, Clock clock) {
        Optional<ListenAddress> listen = settings.get(ClusterSettings.LISTEN);
        if (listen.isEmpty()) {
            if (settings.get(ClusterSettings.JOIN).isPresent()) {
                throw wrong(ClusterSettings.JOIN, "needs " + ClusterSettings.LISTEN.name() + "=HOST:PORT too");
            }
            if (settings.get(ClusterSettings.NODE_ID) != 1) {
                throw wrong(
                        ClusterSettings.NODE_ID, "is for nodes; set " + ClusterSettings.LISTEN.name() + "=HOST:PORT");
            }
            return Optional.empty();
        }
        return Optional.of(of(settings, listen.get(), clock));
    }

    private static ClusterSetup of(Settings settings, ListenAddress listen, Clock clock) {
        Optional<ListenAddress> advertised = settings.get(ClusterSettings.ADVERTISE);
        if (listen.isWildcard() && advertised.isEmpty()) {
            throw wrong(
                    ClusterSettings.LISTEN,
                    "listens on every address, so the other nodes must be told which to use; add --set "
                            + ClusterSettings.ADVERTISE.name() + "=HOST:PORT");
        }
        Optional<ListenAddress> join = settings.get(ClusterSettings.JOIN);
        if (join.isPresent() && join.get().port().isEmpty()) {
            throw wrong(ClusterSettings.JOIN, "must be HOST:PORT");
        }
        Optional<Tls> tls = SecuritySetup.mutualTls(settings, ClusterSettings.TLS, clock);
        Optional<PeerSecret> secret = settings.get(ClusterSettings.TOKEN_FILE).map(ClusterSetup::secret);
        if (!LOOPBACK.contains(listen.host()) && tls.isEmpty() && secret.isEmpty()) {
            throw wrong(
                    ClusterSettings.LISTEN,
                    "lets whoever reaches it become a node; set " + ClusterSettings.TOKEN_FILE.name() + ", or "
                            + ClusterSettings.TLS.certificate().name() + " and the rest of TLS");
        }
        String rack = settings.get(ClusterSettings.NODE_RACK);
        return new ClusterSetup(
                Math.toIntExact(settings.get(ClusterSettings.NODE_ID)),
                rack.isEmpty() ? Optional.empty() : Optional.of(rack),
                new ListenerSettings(
                        "cluster",
                        listen.bindHost(),
                        listen.port().orElse(0),
                        ConnectionLimits.of(CONNECTIONS_MAX, 0),
                        IDLE_TIMEOUT_MS,
                        WRITE_HIGH_BYTES,
                        WRITE_LOW_BYTES),
                advertised,
                join,
                secret.orElse(PeerSecret.NONE),
                tls,
                Math.toIntExact(settings.get(ClusterSettings.REPLICATION_FACTOR)),
                Math.toIntExact(settings.get(ClusterSettings.SHARDS)),
                Math.toIntExact(settings.get(ClusterSettings.ELECTION_TIMEOUT)));
    }

    /** The same at that port. */
    ClusterSetup at(int port) {
        ListenerSettings bound = new ListenerSettings(
                listener.name(),
                listener.host(),
                port,
                listener.limits(),
                listener.idleTimeoutMs(),
                listener.writeHighBytes(),
                listener.writeLowBytes());
        return new ClusterSetup(
                nodeId, rack, bound, advertised, join, secret, tls, replicationFactor, shardsLeast, electionTimeoutMs);
    }

    private static PeerSecret secret(Path file) {
        String line;
        try (var lines = Files.lines(file)) {
            line = lines.findFirst().orElse("").strip();
        } catch (IOException | UncheckedIOException e) {
            throw new StartException(
                    ExitCode.USAGE, ClusterSettings.TOKEN_FILE.name() + ": cannot read " + file + ": " + e, e);
        }
        if (line.length() < SECRET_CHARACTERS_MIN) {
            throw wrong(
                    ClusterSettings.TOKEN_FILE,
                    "the first line of " + file + " is the secret of all nodes and needs " + SECRET_CHARACTERS_MIN
                            + " characters at least; make one with: head -c 32 /dev/urandom | base64");
        }
        return PeerSecret.of(line.getBytes(StandardCharsets.UTF_8));
    }

    private static StartException wrong(Setting<?> setting, String what) {
        return new StartException(ExitCode.USAGE, setting.name() + ": " + what, null);
    }
}
