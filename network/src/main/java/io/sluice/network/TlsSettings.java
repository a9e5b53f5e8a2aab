package io.sluice.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * TLS of one listener. Files in PEM and PKCS#12 are told apart by what they hold.
 *
 * @param certificate the chain in PEM, our own certificate first; or a PKCS#12 file with chain and key
 * @param key the private key in PEM (PKCS#8); not needed with PKCS#12
 * @param passwordFile first line is the password of key or PKCS#12 file; a file, so that no setting holds a secret
 * @param trust certificates in PEM or PKCS#12 by which clients are checked; needed if clients are asked
 * @param clients whether clients must show a certificate
 * @param protocols {@code TLSv1.3}, {@code TLSv1.2}
 * @param handshakeTimeoutMs a handshake that takes longer is ended
 */
public record TlsSettings(
        Path certificate,
        Optional<Path> key,
        Optional<Path> passwordFile,
        Optional<Path> trust,
        Clients clients,
        List<String> protocols,
        long handshakeTimeoutMs) {
    public TlsSettings {
        protocols = List.copyOf(protocols);
    }

    /** What is asked of clients. */
    public enum Clients {
        /** Nothing. */
        NONE,
        /** A certificate; who shows none comes in unnamed, who shows a wrong one does not. */
        REQUESTED,
        /** A certificate that we trust. */
        REQUIRED
    }
}
