package io.sluice.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that come while the node does not know yet what its cluster decided before. */
@Timeout(120)
final class EarlyConnectionsTest {
    private static final byte[] TEXT = "asked early".getBytes(StandardCharsets.UTF_8);

    private final Transport transport = Transport.start(2, Epoll.isAvailable());
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final AtomicInteger served = new AtomicInteger();
    private final Listener listener = transport.listen(
            ListenerSettings.of("test", "127.0.0.1", 0), Optional.empty(), ready, (channel, counters) -> {
                served.incrementAndGet();
                channel.pipeline().addLast(new Echo());
            });

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }

    @AfterEach
    void stop() {
        listener.stop(Duration.ofSeconds(5));
        transport.close();
    }

    private Socket connected() throws IOException {
        Socket client = new Socket(
                listener.boundAddress().getAddress(), listener.boundAddress().getPort());
        client.getOutputStream().write(TEXT);
        return client;
    }

    private static byte[] answer(Socket client) throws IOException {
        return client.getInputStream().readNBytes(TEXT.length);
    }

    @Test
    void whatTheySentIsAnsweredOnceItDoes() throws IOException {
        try (Socket first = connected();
                Socket second = connected()) {
            assertThat(served).hasValue(0);

            ready.complete(null);

            assertThat(answer(first)).isEqualTo(TEXT);
            assertThat(answer(second)).isEqualTo(TEXT);
            try (Socket later = connected()) {
                assertThat(answer(later)).isEqualTo(TEXT);
            }
        }
    }

    @Test
    void theyAreClosedIfItTakesTooLong() throws IOException {
        try (Socket client = connected()) {
            assertThat(isClosedBy(client)).isTrue();
        }
        ready.complete(null);
        assertThat(served).hasValue(0);
        try (Socket later = connected()) {
            assertThat(answer(later)).isEqualTo(TEXT);
        }
    }

    @Test
    void aStopDoesNotWaitForThem() throws IOException {
        try (Socket client = connected()) {
            listener.stop(Duration.ofDays(1));
            assertThat(isClosedBy(client)).isTrue();
        }
        assertThat(served).hasValue(0);
    }

    /** An end in order or a reset, which comes where bytes were not read. */
    private static boolean isClosedBy(Socket client) {
        try {
            return client.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
