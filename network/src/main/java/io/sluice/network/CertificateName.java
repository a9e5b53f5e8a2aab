package io.sluice.network;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Whose certificate a client showed. */
public final class CertificateName {
    private CertificateName() {}

    /** Whether bytes of the connection come through TLS. */
    public static boolean isTls(Channel channel) {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    /**
     * Distinguished name (RFC 2253) of the certificate that the client proved to be its own and that we trust; empty
     * without TLS or certificate. After the handshake, on the event loop.
     */
    public static Optional<String> of(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(handler.engine().getSession().getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
