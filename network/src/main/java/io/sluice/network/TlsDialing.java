package io.sluice.network;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What encrypts connections from here, with the keys of a listener: who is trusted to come in is trusted there as well. Made at
 * its first use, because most listeners' keys never serve for it. Any thread.
 */
final class TlsDialing {
    private static final @Nullable String NAMES_ARE_NOT_COMPARED = null;

    private final TlsSettings settings;
    private final KeyMaterial.Identity identity;
    private final Optional<List<X509Certificate>> trusted;
    private @Nullable SslContext ofNode;
    private @Nullable SslContext ofClient;

    /** Of one reading of the files. */
    TlsDialing(TlsSettings settings, KeyMaterial.Identity identity, Optional<List<X509Certificate>> trusted) {
        this.settings = settings;
        this.identity = identity;
        this.trusted = trusted;
    }

    /**
     * For a connection of a node to another, which must have a certificate of the cluster's authority. Names are not compared,
     * since a node may listen anywhere. Throws {@link TlsException} if the keys cannot be used so.
     */
    synchronized SslHandler ofNode(ByteBufAllocator allocator) {
        SslContext known = ofNode;
        if (known == null) {
            known = make(trusted, NAMES_ARE_NOT_COMPARED);
            ofNode = known;
        }
        return patient(known.newHandler(allocator));
    }

    /**
     * For a connection to another node's listener as clients make them, so the name is compared. Beside what the listener
     * trusts it is its own chain that speaks for the other's certificate: nodes that share one, or have theirs from one
     * authority, need nothing more. Throws {@link TlsException} if the keys cannot be used so.
     */
    synchronized SslHandler ofClient(ByteBufAllocator allocator, String host, int port) {
        SslContext known = ofClient;
        if (known == null) {
            List<X509Certificate> all = new ArrayList<>(identity.chain());
            trusted.ifPresent(all::addAll);
            known = make(Optional.of(all), "HTTPS");
            ofClient = known;
        }
        return patient(known.newHandler(allocator, host, port));
    }

    private SslHandler patient(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(settings.handshakeTimeoutMs());
        return handler;
    }

    private SslContext make(Optional<List<X509Certificate>> authorities, @Nullable String comparedNames) {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(settings.protocols())
                .keyManager(identity.key(), identity.chain())
                .endpointIdentificationAlgorithm(comparedNames);
        authorities.ifPresent(builder::trustManager);
        try {
            return builder.build();
        } catch (SSLException e) {
            throw KeyMaterial.wrong(settings.certificate(), "cannot be used for TLS: " + e.getMessage(), e);
        }
    }
}
