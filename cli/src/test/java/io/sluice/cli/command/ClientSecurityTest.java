package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSecurityTest {

    @ParameterizedTest
    @CsvSource({
        "false, false, PLAINTEXT, PLAINTEXT",
        "true, false, PLAINTEXT, SASL_PLAINTEXT",
        "false, true, PLAINTEXT, SSL",
        "true, true, PLAINTEXT, SASL_SSL",
        "true, false, SSL, SASL_SSL",
        "false, true, SASL_PLAINTEXT, SASL_SSL",
        "false, false, SASL_SSL, SASL_SSL"
    })
    void optionsAddToWhatTheFileSays(boolean isSignedIn, boolean tls, String file, String expected) {
        ClientSecurity security = new ClientSecurity(
                isSignedIn ? Optional.of("alice") : Optional.empty(), Optional.empty(), tls, Optional.empty());
        assertThat(security.settings(Map.of("security.protocol", file), console(Map.of("SLUICE_PASSWORD", "secret"))))
                .containsEntry("security.protocol", expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "with \"quotes\"", "back\\slash\\", "semi;colon = sign", "größer ✓"})
    void aPasswordReachesTheLoginAsItIs(String password) {
        Map<String, Object> settings = new ClientSecurity(
                        Optional.of("alice"), Optional.of("plain"), false, Optional.empty())
                .settings(Map.of(), console(Map.of("SLUICE_PASSWORD", password)));
        assertThat(settings).containsEntry("sasl.mechanism", "PLAIN");
        AppConfigurationEntry entry = JaasContext.loadClientContext(
                        Map.of("sasl.jaas.config", new Password((String) settings.get("sasl.jaas.config"))))
                .configurationEntries()
                .getFirst();
        assertThat(entry.getOptions()).isEqualTo(Map.of("username", "alice", "password", password));
    }

    @Test
    void aPasswordWithALineEndIsRefusedBeforeItIsCutOff() {
        assertThatThrownBy(() -> new ClientSecurity(Optional.of("alice"), Optional.empty(), false, Optional.empty())
                        .settings(Map.of(), console(Map.of("SLUICE_PASSWORD", "first\nsecond"))))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("line ends")
                .hasMessageNotContaining("first");
    }

    @Test
    void theFilesOwnUserStaysWhenTheCommandLineNamesNone() {
        assertThat(new ClientSecurity(Optional.empty(), Optional.empty(), false, Optional.empty())
                        .settings(Map.of("security.protocol", "SASL_SSL"), console(Map.of())))
                .containsOnlyKeys("security.protocol");
    }

    @Test
    void aFileWithSettingsIsRead(@TempDir Path folder) throws Exception {
        Path file =
                Files.writeString(folder.resolve("client.properties"), "# mine\nsecurity.protocol=SSL\nacks = all\n");
        assertThat(ClientFile.read(file)).isEqualTo(Map.of("security.protocol", "SSL", "acks", "all"));
    }

    private static Console console(Map<String, String> environment) {
        return Console.of(
                new ByteArrayInputStream(new byte[0]),
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                environment);
    }
}
