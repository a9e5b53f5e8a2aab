package io.sluice.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.sluice.common.SystemClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both engines on real sockets, against the JDK's client. */
@Timeout(120)
final class TlsEngineTest {
    private static final byte[] TEXT = new byte[1 << 20];

    static {
        new Random(7).nextBytes(TEXT);
    }

    @TempDir
    Path folder;

    private final BlockingQueue<Channel> accepted = new ArrayBlockingQueue<>(10);
    private Transport transport;

    @BeforeEach
    void start() {
        transport = Transport.start(1, Epoll.isAvailable());
    }

    @AfterEach
    void stop() {
        transport.close();
    }

    @ParameterizedTest
    @CsvSource({"RSA, BORINGSSL", "EC, BORINGSSL", "RSA, JDK", "EC, JDK", "Ed25519, JDK"})
    void aKeyIsServedByAnEngineThatCan(String algorithm, TlsEngine engine) throws Exception {
        Path store = TestKeys.store(folder, "own", algorithm);
        boolean isChosen = engine == TlsEngine.BORINGSSL || algorithm.equals("Ed25519");
        Tls tls = isChosen
                ? Tls.open(settings(store, TlsSettings.Clients.NONE), new TestKeys.PlainFiles(), new SystemClock())
                : open(store, engine, TlsSettings.Clients.NONE);
        assumeThat(engine == TlsEngine.JDK || OpenSsl.isAvailable()).isTrue();

        Listener listener = listen(tls);
        try (SSLSocket client = connect(listener, store)) {
            assertThat(echo(client)).isEqualTo(TEXT);
        }

        assertThat(tls.engine()).isEqualTo(engine);
        boolean isNative = engineOf(nextAccepted()) instanceof ReferenceCountedOpenSslEngine;
        assertThat(isNative).isEqualTo(engine == TlsEngine.BORINGSSL);
        listener.stop(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aClientIsKnownByItsCertificate(TlsEngine engine) throws Exception {
        assumeThat(engine == TlsEngine.JDK || OpenSsl.isAvailable()).isTrue();
        Path store = TestKeys.store(folder, "own", "EC");
        Listener listener = listen(open(store, engine, TlsSettings.Clients.REQUIRED));
        try (SSLSocket client = connect(listener, store)) {
            echo(client);
            Channel channel = nextAccepted();

            assertThat(channel.eventLoop()
                            .submit(() -> CertificateName.of(channel))
                            .get())
                    .contains("CN=own");
        }
        listener.stop(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void connectionsOutliveTheKeysTheyBeganWith(TlsEngine engine) throws Exception {
        assumeThat(engine == TlsEngine.JDK || OpenSsl.isAvailable()).isTrue();
        Path store = TestKeys.store(folder, "own", "EC");
        Tls tls = open(store, engine, TlsSettings.Clients.NONE);
        Listener listener = listen(tls);
        try (SSLSocket old = connect(listener, store)) {
            echo(old);
            tls.reload();
            tls.reload();

            assertThat(echo(old)).isEqualTo(TEXT);
            try (SSLSocket next = connect(listener, store)) {
                assertThat(echo(next)).isEqualTo(TEXT);
            }
        }
        listener.stop(Duration.ofSeconds(2));
    }

    @Test
    void filesThatDidNotChangeAreNotReadAgain() throws Exception {
        Tls tls = Tls.open(
                settings(TestKeys.store(folder, "own", "EC"), TlsSettings.Clients.NONE),
                new TestKeys.PlainFiles(),
                new SystemClock());

        assertThat(tls.reloadIfChanged()).isFalse();
    }

    private static Tls open(Path store, TlsEngine engine, TlsSettings.Clients clients) {
        return Tls.open(settings(store, clients), new TestKeys.PlainFiles(), new SystemClock(), key -> engine);
    }

    private static TlsSettings settings(Path store, TlsSettings.Clients clients) {
        return new TlsSettings(
                store,
                Optional.empty(),
                Optional.of(store.resolveSibling("password")),
                clients == TlsSettings.Clients.NONE ? Optional.empty() : Optional.of(store),
                clients,
                List.of("TLSv1.3", "TLSv1.2"),
                30_000);
    }

    private Listener listen(Tls tls) {
        return transport.listen(ListenerSettings.of("test", "127.0.0.1", 0), Optional.of(tls), (channel, counters) -> {
            accepted.add(channel);
            channel.pipeline().addLast(new Echo());
        });
    }

    private Channel nextAccepted() throws InterruptedException {
        Channel channel = accepted.poll(30, TimeUnit.SECONDS);
        assertThat(channel).isNotNull();
        return channel;
    }

    private static SSLEngine engineOf(Channel channel) {
        return channel.attr(Echo.ENGINE).get();
    }

    private static byte[] echo(SSLSocket client) throws Exception {
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                OutputStream out = client.getOutputStream();
                out.write(TEXT);
                out.flush();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        InputStream in = client.getInputStream();
        byte[] back = in.readNBytes(TEXT.length);
        sender.join();
        return back;
    }

    private static SSLSocket connect(Listener listener, Path store) throws Exception {
        KeyStore keys = TestKeys.read(store);
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("own", keys.getCertificate("own"));
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(trust);
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(keys, TestKeys.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
        InetSocketAddress address = listener.boundAddress();
        return (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    }

    /** Sends back whatever comes. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        static final AttributeKey<SSLEngine> ENGINE = AttributeKey.valueOf("engine");

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.channel()
                    .attr(ENGINE)
                    .set(context.pipeline().get(SslHandler.class).engine());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }
}
