package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.RespConnection;
import io.sluice.testkit.Stopwatch;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;

/** A client that waits for entries and does not stop sending. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WaitingClientTest {
    /** More than any two sockets hold. */
    private static final long BYTES_MAX = 256 << 20;

    private static final String PING = "PING\r\n";
    private static final String PONG = "+PONG\r\n";
    private static final String ENTRY = "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n5-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n";
    private static final int VAIN_ATTEMPTS = 100;
    private static final Duration PAUSE = Duration.ofMillis(10);

    @TempDir
    static Path folder = Path.of("");

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker(() -> folder);

    @Test
    void whatItSendsMeanwhileIsLeftInTheSocketAndAnsweredAfterwards() throws IOException {
        RespConnection other = BROKER.emptied();
        HostAndPort address = HostAndPort.from(BROKER.address());
        try (SocketChannel client = SocketChannel.open(new InetSocketAddress(address.getHost(), address.getPort()))) {
            client.write(bytes("XREAD BLOCK 0 STREAMS s $\r\n"));
            SharedBroker.awaitBlocked(other, 1);
            long sent = sendUntilNothingIsTaken(client);

            assertThat(sent).isLessThan(BYTES_MAX);
            other.call("XADD", "s", "5-1", "a", "1");
            InputStream replies = new BufferedInputStream(client.socket().getInputStream());
            assertThat(read(replies, ENTRY)).isEqualTo(ENTRY);
            for (long left = sent / PING.length(); left > 0; left--) {
                assertThat(read(replies, PONG)).isEqualTo(PONG);
            }
        }
    }

    private static long sendUntilNothingIsTaken(SocketChannel client) throws IOException {
        client.configureBlocking(false);
        ByteBuffer pings = bytes(PING.repeat(10_000));
        long sent = 0;
        int vainAttempts = 0;
        while (vainAttempts < VAIN_ATTEMPTS && sent < BYTES_MAX) {
            int taken = client.write(pings);
            sent += taken;
            if (taken == 0) {
                vainAttempts++;
                Stopwatch.sleep(PAUSE);
            } else {
                vainAttempts = 0;
            }
            if (!pings.hasRemaining()) {
                pings.rewind();
            }
        }
        client.configureBlocking(true);
        return sent;
    }

    /** As many bytes as the expected reply has. */
    private static String read(InputStream replies, String expected) throws IOException {
        return new String(replies.readNBytes(expected.length()), StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
