package io.sluice.network;

import io.sluice.common.FileSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads certificates and keys. Whatever is wrong with them is a {@link TlsException} whose line names the file; no byte of
 * a key or password is in it.
 */
final class KeyMaterial {
    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final Pattern PEM_KEY =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----([^-]*)-----END (?:[A-Z]+ )*PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private final FileSource files;

    KeyMaterial(FileSource files) {
        this.files = files;
    }

    /**
     * What the server shows.
     *
     * @param key private
     * @param chain own certificate first
     */
    record Identity(PrivateKey key, List<X509Certificate> chain) {}

    Identity identity(TlsSettings settings) {
        byte[] bytes = read(settings.certificate());
        char[] password = password(settings.passwordFile());
        if (!isPem(bytes)) {
            return fromStore(settings.certificate(), bytes, password);
        }
        Path keyFile = settings.key()
                .orElseThrow(
                        () -> wrong(settings.certificate(), "is PEM, so the private key's file is needed too", null));
        Identity identity =
                new Identity(privateKey(keyFile, read(keyFile), password), certificates(settings.certificate(), bytes));
        if (!belongsTogether(identity)) {
            throw wrong(keyFile, "is not the key of the certificate in " + settings.certificate(), null);
        }
        return identity;
    }

    /** Certificates of PEM or PKCS#12. */
    List<X509Certificate> trusted(Path file, char[] password) {
        byte[] bytes = read(file);
        if (isPem(bytes)) {
            return certificates(file, bytes);
        }
        KeyStore store = store(file, bytes, password);
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.getCertificate(alias) instanceof X509Certificate certificate) {
                    certificates.add(certificate);
                }
            }
        } catch (GeneralSecurityException e) {
            throw wrong(file, "cannot be used: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw wrong(file, "holds no certificate", null);
        }
        return certificates;
    }

    /** The first line of the file; empty without one. */
    char[] password(Optional<Path> file) {
        if (file.isEmpty()) {
            return new char[0];
        }
        String text = new String(read(file.get()), StandardCharsets.UTF_8);
        return text.lines().findFirst().orElse("").toCharArray();
    }

    private byte[] read(Path file) {
        try {
            return files.read(file, FILE_BYTES_MAX);
        } catch (NoSuchFileException e) {
            throw wrong(file, "does not exist", e);
        } catch (IOException e) {
            throw wrong(file, "cannot be read, or is too large for a key or certificate; check its permissions", e);
        }
    }

    private static boolean isPem(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    private static List<X509Certificate> certificates(Path file, byte[] pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(onlyCertificates(pem)))) {
                certificates.add((X509Certificate) each);
            }
        } catch (GeneralSecurityException e) {
            throw wrong(file, "holds a certificate that cannot be read", e);
        }
        if (certificates.isEmpty()) {
            throw wrong(file, "holds no certificate", null);
        }
        return certificates;
    }

    /** Other parts, such as the key in the same file, stop the JDK's reader. */
    private static byte[] onlyCertificates(byte[] pem) {
        Matcher matcher = Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")
                .matcher(new String(pem, StandardCharsets.ISO_8859_1));
        StringBuilder found = new StringBuilder();
        while (matcher.find()) {
            found.append(matcher.group()).append('\n');
        }
        return found.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static PrivateKey privateKey(Path file, byte[] pem, char[] password) {
        Matcher matcher = PEM_KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw wrong(file, "holds no private key in PEM", null);
        }
        String kind = matcher.group(1).strip();
        if (!kind.isEmpty() && !kind.equals("ENCRYPTED")) {
            throw wrong(file, "holds a key of the old kind " + kind + "; convert it with: openssl pkcs8 -topk8", null);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(2));
            PKCS8EncodedKeySpec spec = kind.isEmpty() ? new PKCS8EncodedKeySpec(encoded) : decrypted(encoded, password);
            return privateKey(file, spec);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw wrong(file, "cannot be decrypted; check the password file", e);
        }
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] encoded, char[] password)
            throws GeneralSecurityException, IOException {
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encoded);
        return info.getKeySpec(
                SecretKeyFactory.getInstance(info.getAlgName()).generateSecret(new PBEKeySpec(password)));
    }

    private static PrivateKey privateKey(Path file, PKCS8EncodedKeySpec spec) {
        return KEY_ALGORITHMS.stream()
                .flatMap(algorithm -> privateKey(algorithm, spec).stream())
                .findFirst()
                .orElseThrow(
                        () -> wrong(file, "holds a key that is none of " + String.join(", ", KEY_ALGORITHMS), null));
    }

    private static Optional<PrivateKey> privateKey(String algorithm, PKCS8EncodedKeySpec spec) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Identity fromStore(Path file, byte[] bytes, char[] password) {
        KeyStore store = store(file, bytes, password);
        try {
            for (String alias : Collections.list(store.aliases())) {
                Key key = store.isKeyEntry(alias) ? store.getKey(alias, password) : null;
                if (key instanceof PrivateKey privateKey) {
                    return new Identity(privateKey, chain(store.getCertificateChain(alias)));
                }
            }
        } catch (GeneralSecurityException e) {
            throw wrong(file, "holds a key that cannot be decrypted; check the password file", e);
        }
        throw wrong(file, "holds no private key", null);
    }

    private static List<X509Certificate> chain(Certificate[] certificates) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : certificates) {
            chain.add((X509Certificate) certificate);
        }
        return chain;
    }

    private static KeyStore store(Path file, byte[] bytes, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), password.length == 0 ? null : password);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw wrong(file, "is neither PEM nor PKCS#12, or has another password", e);
        }
    }

    /** Whether what the key signs is what the certificate verifies. */
    private static boolean belongsTogether(Identity identity) {
        String algorithm = switch (identity.key().getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            default -> "SHA256withRSA";
        };
        try {
            byte[] text = "sluice".getBytes(StandardCharsets.UTF_8);
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(identity.key());
            signer.update(text);
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(identity.chain().getFirst().getPublicKey());
            verifier.update(text);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    static TlsException wrong(Path file, String what, @Nullable Throwable cause) {
        return new TlsException(file + " " + what, cause);
    }
}
