package io.sluice.network;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.util.Set;

/** What encrypts: BoringSSL (netty-tcnative) where its library loads and it serves the kind of key, the JDK elsewhere. */
enum TlsEngine {
    /** Native code; its contexts are counted references. */
    BORINGSSL(SslProvider.OPENSSL_REFCNT),
    /** Always there. */
    JDK(SslProvider.JDK);

    /** Kinds of keys that every client of BoringSSL's agrees about; the JDK serves Ed25519, Ed448 and RSASSA-PSS too. */
    private static final Set<String> NATIVE_KEYS = Set.of("RSA", "EC");

    private final SslProvider provider;

    TlsEngine(SslProvider provider) {
        this.provider = provider;
    }

    SslProvider provider() {
        return provider;
    }

    /** The faster one that can serve with the key. */
    static TlsEngine of(PrivateKey key) {
        return NATIVE_KEYS.contains(key.getAlgorithm()) && OpenSsl.isAvailable() ? BORINGSSL : JDK;
    }
}
