package io.sluice.protocol.kafka;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.common.SystemClock;
import io.sluice.network.Transport;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** The listener under test over a {@link FakeBroker}. */
final class FakeServer implements AutoCloseable {
    final FakeBroker broker = new FakeBroker();
    final Transport transport;
    final KafkaProtocol kafka;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

    FakeServer() {
        this(settings -> settings);
    }

    FakeServer(UnaryOperator<KafkaSettings> change) {
        transport = Transport.start(2, io.netty.channel.epoll.Epoll.isAvailable());
        kafka = KafkaProtocol.start(
                transport, change.apply(KafkaSettings.of("127.0.0.1", 0)), broker, new SystemClock(), blocking);
    }

    String bootstrap() {
        return "127.0.0.1:" + port();
    }

    int port() {
        return kafka.boundAddress().getPort();
    }

    /** Network buffers that somebody forgot to release; to be asked after {@link #close}, when no thread caches any. */
    long liveBufferCount() {
        return ((PooledByteBufAllocator) transport.allocator())
                .metric().directArenas().stream()
                        .mapToLong(PoolArenaMetric::numActiveAllocations)
                        .sum();
    }

    @Override
    public void close() {
        kafka.stop(Duration.ofSeconds(2));
        blocking.shutdownNow();
        transport.close();
        broker.close();
    }

    /** For trying clients by hand: prints its port and serves until killed. */
    public static void main(String[] arguments) throws InterruptedException {
        FakeServer server = new FakeServer();
        server.broker.topics().add("t", 2);
        System.out.println("port " + server.port());
        Thread.currentThread().join();
    }
}
