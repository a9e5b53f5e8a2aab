package io.sluice.protocol.kafka;

import io.netty.channel.epoll.Epoll;
import io.sluice.broker.BrokerSettings;
import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Topic;
import io.sluice.common.SystemClock;
import io.sluice.log.disk.RealDisk;
import io.sluice.network.Transport;
import io.sluice.replication.ReplicationSettings;
import io.sluice.replication.journal.JournalSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The real listener over the real broker in a folder. */
final class BrokerServer implements AutoCloseable {
    /** Tests append records of long ago, and have no time to wait for members that do not come. */
    private static final BrokerSettings QUICK =
            BrokerSettings.DEFAULT.with("log.retention.ms", "-1").with("group.initial.rebalance.delay.ms", "0");

    final LocalBroker broker;
    final KafkaProtocol kafka;
    private final Transport transport;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

    BrokerServer(Path folder) {
        this(folder, settings -> settings, settings -> settings);
    }

    BrokerServer(Path folder, UnaryOperator<BrokerSettings> broker, UnaryOperator<KafkaSettings> door) {
        this(folder, broker, door, opened -> KafkaSecurity.none());
    }

    BrokerServer(
            Path folder,
            UnaryOperator<BrokerSettings> broker,
            UnaryOperator<KafkaSettings> door,
            Function<LocalBroker, KafkaSecurity> security) {
        SystemClock clock = new SystemClock();
        this.broker = LocalBroker.open(
                broker.apply(QUICK),
                small(folder.resolve("data")),
                new RealDisk(),
                clock,
                new Random(7),
                Thread.ofPlatform().daemon().factory());
        transport = Transport.start(2, Epoll.isAvailable());
        kafka = KafkaProtocol.start(
                transport,
                door.apply(KafkaSettings.of("127.0.0.1", 0)),
                security.apply(this.broker),
                this.broker,
                clock,
                blocking);
    }

    int port() {
        return kafka.boundAddress().getPort();
    }

    String bootstrap() {
        return "127.0.0.1:" + port();
    }

    Topic create(String name, int partitionCount) {
        return create(name, partitionCount, Map.of());
    }

    Topic create(String name, int partitionCount, Map<String, String> configs) {
        return broker.topics()
                .create(new NewTopic(name, partitionCount, -1, configs), false)
                .join()
                .get();
    }

    WireClient client() {
        return new WireClient(port());
    }

    @Override
    public void close() {
        kafka.stop(Duration.ofSeconds(2));
        blocking.shutdownNow();
        transport.close();
        broker.stop();
    }

    private static ReplicationSettings small(Path data) {
        JournalSettings journal = new JournalSettings(4 << 20, 8 << 20, 256 << 20);
        return new ReplicationSettings(data, journal, 16 << 20, 32 << 20, 64 << 20, 60_000, 64);
    }
}
