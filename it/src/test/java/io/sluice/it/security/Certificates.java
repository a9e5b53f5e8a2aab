package io.sluice.it.security;

import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Key pairs with certificates that sign themselves, made by the JDK's keytool. */
public final class Certificates {
    static final String PASSWORD = "store-secret-7";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Certificates() {}

    /** A PKCS#12 file for the name; {@code times} as keytool's options. */
    public static Path store(Path folder, String name, String... times) {
        Path store = folder.resolve(name + ".p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name + ",OU=Tests",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(times));
        OsProcess.run(LIMIT, command.toArray(String[]::new));
        return store;
    }

    static Path passwordFile(Path folder) {
        return write(folder.resolve("password"), PASSWORD + "\n");
    }

    /** The certificate of a PKCS#12 file as PEM, beside it. */
    public static Path certificate(Path store) {
        try {
            byte[] encoded = read(store).getCertificate("own").getEncoded();
            return write(sibling(store, ".crt.pem"), pem("CERTIFICATE", encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The private key of a PKCS#12 file as PEM, beside it. */
    public static Path key(Path store) {
        try {
            byte[] encoded = read(store).getKey("own", PASSWORD.toCharArray()).getEncoded();
            return write(sibling(store, ".key.pem"), pem("PRIVATE KEY", encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same encrypted with {@link #PASSWORD}: PBES2 of RFC 8018, which the JDK reads but does not write. */
    static Path encryptedKey(Path store) {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        try {
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
            byte[] key = read(store).getKey("own", PASSWORD.toCharArray()).getEncoded();
            byte[] pbes2 = HexFormat.of().parseHex("06092a864886f70d01050d");
            byte[] parameters = cipher.getParameters().getEncoded();
            byte[] encoded = der(0x30, der(0x30, pbes2, parameters), der(0x04, cipher.doFinal(key)));
            return write(sibling(store, ".enc.pem"), pem("ENCRYPTED PRIVATE KEY", encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a server with the key and certificate of a PKCS#12 file. */
    static SSLContext serving(Path store) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(read(store), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a client that trusts the certificates of PKCS#12 files, and no others. */
    public static SSLContext trusting(Path... stores) {
        try {
            KeyStore all = KeyStore.getInstance("PKCS12");
            all.load(null, null);
            for (Path store : stores) {
                all.setCertificateEntry(
                        store.getFileName().toString(), read(store).getCertificate("own"));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(all);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] der(int tag, byte[]... parts) {
        int lengthBytes = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer encoded = ByteBuffer.allocate(4 + lengthBytes)
                .put((byte) tag)
                .put((byte) 0x82)
                .putShort((short) lengthBytes);
        Arrays.stream(parts).forEach(encoded::put);
        return encoded.array();
    }

    private static KeyStore read(Path store) throws GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return keys;
    }

    private static Path sibling(Path store, String ending) {
        return store.resolveSibling(store.getFileName().toString().replace(".p12", ending));
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(String kind, byte[] encoded) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END " + kind + "-----\n";
    }
}
