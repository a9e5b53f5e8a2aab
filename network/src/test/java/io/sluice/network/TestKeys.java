package io.sluice.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.FileSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** Keys with certificates that sign themselves, made by the JDK's keytool, under the alias {@code own}. */
final class TestKeys {
    static final String PASSWORD = "store-secret-7";

    private TestKeys() {}

    /** A PKCS#12 file for the name, with a file {@code password} beside it. */
    static Path store(Path folder, String name, String algorithm) throws IOException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        Files.writeString(folder.resolve("password"), PASSWORD);
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = Stream.concat(
                        Stream.of(
                                keytool, "-genkeypair", "-alias", "own", "-keyalg", algorithm, "-dname", "CN=" + name),
                        Stream.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return store;
    }

    static KeyStore read(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    /** Certificate and private key in PEM. */
    static Path pem(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = read(store);
        return Files.writeString(
                store.resolveSibling(store.getFileName() + ".pem"),
                block("CERTIFICATE", keys.getCertificate("own").getEncoded())
                        + block(
                                "PRIVATE KEY",
                                keys.getKey("own", PASSWORD.toCharArray()).getEncoded()));
    }

    private static String block(String kind, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }

    /** Files as they are. */
    static final class PlainFiles implements FileSource {
        @Override
        public byte[] read(Path file, long bytesMax) throws IOException {
            return Files.readAllBytes(file);
        }

        @Override
        public String stamp(Path file) {
            try {
                return Files.getLastModifiedTime(file) + " " + Files.size(file);
            } catch (IOException e) {
                return "";
            }
        }
    }
}
