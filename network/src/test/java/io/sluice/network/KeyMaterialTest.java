package io.sluice.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyMaterialTest {
    @TempDir
    Path folder;

    private final KeyMaterial material = new KeyMaterial(new TestKeys.PlainFiles());

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519", "RSASSA-PSS"})
    void keysOfEveryKindAreReadFromPem(String algorithm) throws Exception {
        Path pem = TestKeys.pem(TestKeys.store(folder, "own", algorithm));

        KeyMaterial.Identity identity = material.identity(settings(pem, pem));

        assertThat(identity.chain()).hasSize(1);
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Path own = TestKeys.pem(TestKeys.store(folder, "own", "EC"));
        Path other = TestKeys.pem(TestKeys.store(folder, "other", "EC"));

        assertThatThrownBy(() -> material.identity(settings(own, other)))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("is not the key of the certificate");
    }

    private static TlsSettings settings(Path certificate, Path key) {
        return new TlsSettings(
                certificate,
                Optional.of(key),
                Optional.empty(),
                Optional.empty(),
                TlsSettings.Clients.NONE,
                List.of("TLSv1.3"),
                1_000);
    }
}
