package io.sluice.server.node;

import io.sluice.broker.BrokerCluster;
import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.NodeInfo;
import io.sluice.broker.observe.GroupSeries;
import io.sluice.broker.observe.TopicSeries;
import io.sluice.common.Clock;
import io.sluice.common.MetricSource;
import io.sluice.common.SeriesSource;
import io.sluice.common.SystemClock;
import io.sluice.log.disk.RealDisk;
import io.sluice.network.BindFailedException;
import io.sluice.network.ListenerSettings;
import io.sluice.network.Tls;
import io.sluice.network.Transport;
import io.sluice.protocol.http.HttpProtocol;
import io.sluice.protocol.http.HttpServices;
import io.sluice.protocol.kafka.KafkaProtocol;
import io.sluice.protocol.kafka.codec.Nodes;
import io.sluice.server.control.BackupAction;
import io.sluice.server.control.ClusterAction;
import io.sluice.server.control.ControlFile;
import io.sluice.server.control.DeliveriesAction;
import io.sluice.server.control.LoggersAction;
import io.sluice.server.logging.LibraryLog;
import io.sluice.server.logging.ProcessLog;
import io.sluice.server.settings.ClusterSettings;
import io.sluice.server.settings.Setting;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import io.sluice.server.telemetry.TelemetryExport;
import io.sluice.server.telemetry.TelemetrySettings;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker with its listeners. Started and stopped by one thread; the addresses may be asked for by any.
 *
 * <p>Order of a start: data directory and recovery, then the Kafka listener, then HTTP, so that nobody connects to what
 * cannot answer. A stop is the reverse: no new requests, answers to those under way, checkpoint, unlock.
 */
public final class BrokerNode implements AutoCloseable {
    /** Clients get so long for what is under way; together with the checkpoint a stop stays within ten seconds. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private static final Duration HTTP_DRAIN = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(BrokerNode.class);

    private final LocalBroker broker;
    private final Transport transport;
    private final Path directory;
    private final Optional<ClusterStart> cluster;
    private final CompletableFuture<Boolean> removed = new CompletableFuture<>();
    private final List<MetricSource> metrics = new ArrayList<>();
    private @Nullable KafkaProtocol kafka;
    private @Nullable RedisDoors redis;
    private @Nullable HttpProtocol http;
    private @Nullable HttpProtocol control;
    private @Nullable TelemetryExport telemetry;
    private @Nullable TlsWatch tlsWatch;
    private volatile boolean isServing;
    private boolean isStopped;

    private BrokerNode(LocalBroker broker, Transport transport, Path directory, Optional<ClusterStart> cluster) {
        this.cluster = cluster;
        this.broker = broker;
        this.transport = transport;
        this.directory = directory;
    }

    /** Opens and serves; returns when every listener does. Throws {@link StartException}. */
    public static BrokerNode start(Settings settings) {
        BrokerSetup setup = BrokerSetup.of(settings);
        Clock clock = new SystemClock();
        SecuritySetup security = SecuritySetup.of(settings, clock);
        Optional<ClusterSetup> cluster = ClusterSetup.of(settings, clock);
        Transport transport = Transport.start();
        BrokerNode node = opened(setup, cluster, transport, clock);
        try {
            ClusterStart.checkLevel(node.broker.clusterImage());
            if (cluster.isEmpty()) {
                security.addFirstUsers(node.broker);
            }
            node.listen(setup, security, clock);
            node.becomeNode(security);
        } catch (StartException e) {
            node.close();
            throw e;
        } catch (BindFailedException e) {
            node.close();
            throw new StartException(ExitCode.CANNOT_BIND, node.whatToDo(setup, e), e);
        }
        return node;
    }

    private static BrokerNode opened(
            BrokerSetup setup, Optional<ClusterSetup> cluster, Transport transport, Clock clock) {
        Path directory = setup.replication().directory();
        Optional<ClusterStart> start = Optional.empty();
        try {
            start = cluster.map(wanted -> DataDirectoryFailure.explained(
                    directory, () -> ClusterStart.begin(wanted, directory, new RealDisk(), transport, clock)));
            LocalBroker broker = open(setup, start.map(ClusterStart::cluster), clock);
            return new BrokerNode(broker, transport, directory, start);
        } catch (BindFailedException e) {
            transport.close();
            throw new StartException(
                    ExitCode.CANNOT_BIND,
                    "cannot listen on " + e.address() + ": " + e.reason()
                            + "; stop what uses the port, or choose another address of this machine with --set "
                            + ClusterSettings.LISTEN.name() + "=HOST:PORT",
                    e);
        } catch (StartException e) {
            start.ifPresent(ClusterStart::abandon);
            transport.close();
            throw e;
        }
    }

    /** The broker without listeners. Throws {@link StartException}. */
    static LocalBroker open(BrokerSetup setup, Clock clock) {
        return open(setup, Optional.empty(), clock);
    }

    private static LocalBroker open(BrokerSetup setup, Optional<BrokerCluster> cluster, Clock clock) {
        return DataDirectoryFailure.explained(
                setup.replication().directory(),
                () -> LocalBroker.open(
                        setup.broker(),
                        setup.replication(),
                        cluster,
                        new RealDisk(),
                        clock,
                        new SecureRandom(),
                        BrokerThreads.platform()));
    }

    private void listen(BrokerSetup setup, SecuritySetup security, Clock clock) {
        // A broker that was killed left its own behind.
        ControlFile.delete(directory);
        metrics.add(new ProcessMetrics(version()));
        metrics.add(broker);
        broker.useLoggers(ProcessLog.service());
        setup.kafka().ifPresent(settings -> {
            KafkaProtocol started = KafkaProtocol.start(
                    transport, settings, security.kafka(broker, clock), broker, clock, BrokerThreads.virtual());
            kafka = started;
            metrics.add(started);
            Runnable limit =
                    () -> started.limit(BrokerSetup.connections(broker.live().values()));
            broker.live().addListener(limit);
            limit.run();
        });
        RedisDoors doors = new RedisDoors(broker, transport, clock);
        redis = doors;
        metrics.addAll(doors.listen(setup, security, clock));
        List<SeriesSource> series = List.of(
                new TopicSeries(broker.topics(), setup.observed().topicsMax()),
                new GroupSeries(
                        broker.groups(), broker.topics(), setup.observed().groupsMax()));
        setup.http().ifPresent(settings -> serveHttp(settings, security.httpTls(), series));
        setup.telemetry().ifPresent(settings -> report(settings, series, clock));
        tlsWatch = new TlsWatch(Stream.of(
                        security.kafkaTls(),
                        security.redisTls(),
                        security.httpTls(),
                        cluster.flatMap(ClusterStart::tls))
                .flatMap(Optional::stream)
                .toList());
        tlsWatch.start();
        serveControl(clock);
        isServing = true;
    }

    /** Once clients can connect, because the others are told where. Users come when there is somebody to decide. */
    private void becomeNode(SecuritySetup security) {
        Map<String, NodeInfo.Endpoint> endpoints = new HashMap<>();
        KafkaProtocol listening = kafka;
        if (listening != null) {
            endpoints.put(Nodes.LISTENER, listening.advertised());
            RedisDoors doors = redis;
            if (doors != null) {
                endpoints.putAll(doors.endpoints(listening.advertised().host()));
            }
        }
        cluster.ifPresent(start -> {
            broker.whenRemoved(() -> removed.complete(true));
            start.serve(broker, endpoints);
            BrokerThreads.virtual().execute(() -> addFirstUsers(security));
        });
    }

    private void addFirstUsers(SecuritySetup security) {
        try {
            security.addFirstUsers(broker);
        } catch (StartException e) {
            LOG.warn(
                    "the first users are made at the next start of the node that leads the metadata: {}",
                    e.getMessage());
        }
    }

    private void serveHttp(ListenerSettings settings, Optional<Tls> tls, List<SeriesSource> series) {
        HttpServices services =
                new HttpServices(this::whyNotReady, metrics, series, Map.of(), "", BrokerThreads.virtual());
        http = HttpProtocol.start(transport, settings, tls, services);
    }

    private void report(TelemetrySettings settings, List<SeriesSource> series, Clock clock) {
        LibraryLog.install();
        String instance = broker.clusterId() + "/" + broker.nodeId();
        try {
            telemetry = TelemetryExport.start(
                    settings, new TelemetryExport.Reported(instance, version(), metrics, series), clock);
        } catch (UncheckedIOException e) {
            throw new StartException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    /** Runs the task, now or later, once the others of its cluster have removed this node; it may block. Once. */
    public void whenRemoved(Runnable task) {
        var unused = removed.thenRunAsync(task, BrokerThreads.virtual());
    }

    /** Clients get answers once its listeners serve, it has caught up, and it knows who leads what it keeps. */
    private Optional<String> whyNotReady() {
        return isServing ? broker.whyNotReady() : Optional.of("this node starts or stops");
    }

    /** A listener of its own, so that nobody elsewhere reaches it, whatever the others are bound to or switched off. */
    private void serveControl(Clock clock) {
        String token = ControlFile.newToken(new SecureRandom());
        HttpServices services = new HttpServices(
                () -> isServing ? Optional.empty() : Optional.of("this node starts or stops"),
                List.of(),
                List.of(),
                Map.of(
                        LoggersAction.PATH,
                        new LoggersAction(broker.loggers()),
                        BackupAction.PATH,
                        new BackupAction(broker, clock),
                        ClusterAction.PATH,
                        new ClusterAction(broker, clock),
                        DeliveriesAction.PATH,
                        new DeliveriesAction(broker)),
                token,
                BrokerThreads.virtual());
        HttpProtocol started = HttpProtocol.start(
                transport, ListenerSettings.of("control", "127.0.0.1", 0), Optional.empty(), services);
        control = started;
        new ControlFile(text(started.boundAddress()), token).write(directory);
    }

    /** Which Sluice this is: from the jar's manifest; {@code development} where classes run without a jar. */
    public static String version() {
        String version = BrokerNode.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Listeners start one after the other, so the first that is wanted and not there is the one that failed. */
    private String whatToDo(BrokerSetup setup, BindFailedException failure) {
        Setting<?> setting = SluiceSettings.HTTP_LISTEN;
        if (kafka == null && setup.kafka().isPresent()) {
            setting = SluiceSettings.KAFKA_LISTEN;
        } else if (redisAddress().isEmpty() && setup.redis().isPresent()) {
            setting = SluiceSettings.REDIS_LISTEN;
        } else if (redisTlsAddress().isEmpty() && setup.redisTls().isPresent()) {
            setting = SluiceSettings.REDIS_TLS_LISTEN;
        }
        return "cannot listen on " + failure.address() + ": " + failure.reason()
                + "; stop what uses the port, or choose another address of this machine with --set " + setting.name()
                + "=HOST:PORT";
    }

    /** Where Kafka clients connect, HOST:PORT with the real port; empty if that listener is off. */
    public Optional<String> kafkaAddress() {
        return Optional.ofNullable(kafka).map(listener -> text(listener.boundAddress()));
    }

    /** Where Redis clients connect, HOST:PORT with the real port; empty if that listener is off. */
    public Optional<String> redisAddress() {
        return Optional.ofNullable(redis).flatMap(RedisDoors::plainAddress).map(BrokerNode::text);
    }

    /** The same with TLS. */
    public Optional<String> redisTlsAddress() {
        return Optional.ofNullable(redis).flatMap(RedisDoors::tlsAddress).map(BrokerNode::text);
    }

    /** Where HTTP is served, HOST:PORT with the real port; empty if that listener is off. */
    public Optional<String> httpAddress() {
        return Optional.ofNullable(http).map(listener -> text(listener.boundAddress()));
    }

    /** Where other nodes connect, HOST:PORT with the real port; empty for a broker alone. */
    public Optional<String> clusterAddress() {
        return cluster.map(start -> text(start.boundAddress()));
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Drains, writes checkpoints, unlocks. Safe to call twice. */
    @Override
    public synchronized void close() {
        if (isStopped) {
            return;
        }
        isStopped = true;
        isServing = false;
        broker.handOver();
        ControlFile.delete(directory);
        if (tlsWatch != null) {
            tlsWatch.close();
        }
        if (kafka != null) {
            kafka.stop(DRAIN);
        }
        if (redis != null) {
            redis.stop(DRAIN);
        }
        if (control != null) {
            control.stop(HTTP_DRAIN);
        }
        if (telemetry != null) {
            telemetry.close();
        }
        broker.stop();
        if (http != null) {
            http.stop(HTTP_DRAIN);
        }
        transport.close();
        LOG.info("stopped");
    }
}
