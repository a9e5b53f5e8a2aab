package io.sluice.network;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.sluice.common.Clock;
import io.sluice.common.FileSource;
import java.security.PrivateKey;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * TLS of one listener. New connections get what the files held when they were last read; connections that are open keep
 * what they began with. Any thread; {@link #reload} reads files and so is for no event loop.
 */
public final class Tls {
    private final TlsSettings settings;
    private final FileSource files;
    private final KeyMaterial material;
    private final Clock clock;
    private final Function<PrivateKey, TlsEngine> engines;
    /** Held for moments only: a context must not be released between the look at {@link #loaded} and its use. */
    private final Object handover = new Object();

    private volatile Loaded loaded;

    private Tls(TlsSettings settings, FileSource files, Clock clock, Function<PrivateKey, TlsEngine> engines) {
        this.settings = settings;
        this.files = files;
        this.clock = clock;
        this.engines = engines;
        material = new KeyMaterial(files);
        loaded = load();
    }

    /**
     * What one reading gave.
     *
     * @param engine of the context
     * @param context for new connections
     * @param dialing makes that for new connections from here, which most listeners never need
     * @param stamps times and sizes of the files
     * @param expiresMs when the own certificate ends
     */
    private record Loaded(
            TlsEngine engine, SslContext context, TlsDialing dialing, List<String> stamps, long expiresMs) {}

    /** Reads everything; throws {@link TlsException} with a line that says what is wrong with which file. */
    public static Tls open(TlsSettings settings, FileSource files, Clock clock) {
        return open(settings, files, clock, TlsEngine::of);
    }

    /** The same with another choice of engines. */
    static Tls open(TlsSettings settings, FileSource files, Clock clock, Function<PrivateKey, TlsEngine> engines) {
        return new Tls(settings, files, clock, engines);
    }

    /** What encrypts new connections. */
    TlsEngine engine() {
        return loaded.engine();
    }

    /** When the certificate that new connections see ends, in wall time. */
    public long expiresMs() {
        return loaded.expiresMs();
    }

    /** Reads the files again; on a {@link TlsException} the last good ones stay in use. */
    public synchronized void reload() {
        replaceBy(load());
    }

    private void replaceBy(Loaded next) {
        SslContext previous;
        synchronized (handover) {
            previous = loaded.context();
            loaded = next;
        }
        // Connections that began with it keep it alive.
        ReferenceCountUtil.release(previous);
    }

    /** Whether a file has changed since it was last read, well or badly. */
    public boolean hasChanged() {
        return !stamps().equals(loaded.stamps());
    }

    /** {@link #reload} if a file has changed; whether it did. */
    public synchronized boolean reloadIfChanged() {
        if (!hasChanged()) {
            return false;
        }
        try {
            reload();
        } catch (TlsException e) {
            // Told once: the same broken files are not read again.
            loaded = new Loaded(loaded.engine(), loaded.context(), loaded.dialing(), stamps(), loaded.expiresMs());
            throw e;
        }
        return true;
    }

    /** The handler for one new connection. */
    SslHandler handler(ByteBufAllocator allocator) {
        SslHandler handler;
        synchronized (handover) {
            handler = loaded.context().newHandler(allocator);
        }
        handler.setHandshakeTimeoutMillis(settings.handshakeTimeoutMs());
        return handler;
    }

    /** The handler for one new connection that this node makes to another, which has a certificate of the same authority. */
    SslHandler dialingHandler(ByteBufAllocator allocator) {
        return loaded.dialing().ofNode(allocator);
    }

    /**
     * The handler for one new connection to the same listener of another node, as a client makes it: the certificate must be for
     * that host, and from who has signed our own or is trusted.
     */
    public SslHandler clientHandler(ByteBufAllocator allocator, String host, int port) {
        return loaded.dialing().ofClient(allocator, host, port);
    }

    /** Whether clients are asked for certificates, which nobody can show for them. */
    public boolean asksForCertificates() {
        return settings.clients() != TlsSettings.Clients.NONE;
    }

    private Loaded load() {
        List<String> stamps = stamps();
        KeyMaterial.Identity identity = material.identity(settings);
        X509Certificate own = identity.chain().getFirst();
        checkTime(own);
        Optional<List<X509Certificate>> trusted =
                settings.trust().map(file -> material.trusted(file, material.password(settings.passwordFile())));
        TlsEngine engine = engines.apply(identity.key());
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(engine.provider())
                .protocols(settings.protocols())
                .clientAuth(
                        switch (settings.clients()) {
                            case NONE -> ClientAuth.NONE;
                            case REQUESTED -> ClientAuth.OPTIONAL;
                            case REQUIRED -> ClientAuth.REQUIRE;
                        });
        trusted.ifPresent(builder::trustManager);
        try {
            return new Loaded(
                    engine,
                    builder.build(),
                    new TlsDialing(settings, identity, trusted),
                    stamps,
                    own.getNotAfter().toInstant().toEpochMilli());
        } catch (SSLException e) {
            throw KeyMaterial.wrong(settings.certificate(), "cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    private void checkTime(X509Certificate certificate) {
        try {
            certificate.checkValidity(Date.from(Instant.ofEpochMilli(clock.wallMs())));
        } catch (CertificateExpiredException e) {
            throw KeyMaterial.wrong(
                    settings.certificate(),
                    "holds a certificate that expired on "
                            + certificate.getNotAfter().toInstant() + "; renew it",
                    e);
        } catch (CertificateNotYetValidException e) {
            throw KeyMaterial.wrong(
                    settings.certificate(),
                    "holds a certificate that is valid from "
                            + certificate.getNotBefore().toInstant() + " on only; check this machine's clock",
                    e);
        }
    }

    private List<String> stamps() {
        List<String> stamps = new ArrayList<>();
        Stream.of(
                        Stream.of(settings.certificate()),
                        settings.key().stream(),
                        settings.passwordFile().stream(),
                        settings.trust().stream())
                .flatMap(named -> named)
                .forEach(file -> stamps.add(files.stamp(file)));
        return stamps;
    }
}
