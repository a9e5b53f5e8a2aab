package io.sluice.network;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What encrypts connections from here, with the keys of a listener: who is trusted to come in is trusted there as well, by
 * the authority alone. Names are not compared, since a node may listen anywhere. Made at its first use, because most
 * listeners' keys never serve for it. Any thread.
 */
final class TlsDialing {
    private final TlsSettings settings;
    private final KeyMaterial.Identity identity;
    private final Optional<List<X509Certificate>> trusted;
    private @Nullable SslContext made;

    /** Of one reading of the files. */
    TlsDialing(TlsSettings settings, KeyMaterial.Identity identity, Optional<List<X509Certificate>> trusted) {
        this.settings = settings;
        this.identity = identity;
        this.trusted = trusted;
    }

    /** Throws {@link TlsException} if the keys cannot be used so. */
    synchronized SslContext context() {
        SslContext known = made;
        if (known == null) {
            known = make();
            made = known;
        }
        return known;
    }

    private SslContext make() {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(settings.protocols())
                .keyManager(identity.key(), identity.chain())
                .endpointIdentificationAlgorithm(null);
        trusted.ifPresent(builder::trustManager);
        try {
            return builder.build();
        } catch (SSLException e) {
            throw KeyMaterial.wrong(settings.certificate(), "cannot be used for TLS: " + e.getMessage(), e);
        }
    }
}
