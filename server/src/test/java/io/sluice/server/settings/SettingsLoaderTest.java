package io.sluice.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsLoaderTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void withoutAnythingSetEveryDefaultApplies() {
        Settings settings = SettingsLoader.load(Optional.empty(), Map.of("PATH", "/bin"), List.of());

        assertThat(SluiceSettings.ALL).allSatisfy(setting -> {
            assertThat(settings.text(setting)).isEqualTo(setting.defaultText());
            assertThat(settings.source(setting)).isEqualTo("default");
        });
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path file = write("kafka.listen: a:1\nhttp.listen: a:1\ndata.dir: from-file\n");
        Map<String, String> environment = Map.of("SLUICE_KAFKA_LISTEN", "b:2", "SLUICE_HTTP_LISTEN", "b:2");

        Settings settings = SettingsLoader.load(Optional.of(file), environment, List.of("http.listen=c:3"));

        assertThat(settings.text(SluiceSettings.HTTP_LISTEN)).isEqualTo("c:3");
        assertThat(settings.source(SluiceSettings.HTTP_LISTEN)).isEqualTo("command line");
        assertThat(settings.text(SluiceSettings.KAFKA_LISTEN)).isEqualTo("b:2");
        assertThat(settings.source(SluiceSettings.KAFKA_LISTEN)).isEqualTo("SLUICE_KAFKA_LISTEN");
        assertThat(settings.get(SluiceSettings.DATA_DIR)).isEqualTo(Path.of("from-file"));
        assertThat(settings.source(SluiceSettings.DATA_DIR)).isEqualTo("file " + file);
    }

    @Test
    void nestedAndDottedNamesInAFileMeanTheSame() throws IOException {
        Path file = write("kafka:\n  listen: off\n  advertise: example.org\nlog.level: warn\n");

        Settings settings = SettingsLoader.load(Optional.of(file), Map.of(), List.of());

        assertThat(settings.get(SluiceSettings.KAFKA_LISTEN)).isEmpty();
        assertThat(settings.get(SluiceSettings.KAFKA_ADVERTISE))
                .contains(new ListenAddress("example.org", OptionalInt.empty()));
        assertThat(settings.get(SluiceSettings.LOG_LEVEL)).isEqualTo("warn");
    }

    @Test
    void anEmptyFileSetsNothing() throws IOException {
        Settings settings = SettingsLoader.load(Optional.of(write("# nothing yet\n")), Map.of(), List.of());

        assertThat(settings.isSet(SluiceSettings.DATA_DIR)).isFalse();
    }

    @Test
    void anUnknownNameIsRefusedWithTheNameThatWasMeant() {
        assertThatThrownBy(() -> SettingsLoader.load(Optional.empty(), Map.of(), List.of("kafka.lisen=off")))
                .isInstanceOf(SettingsException.class)
                .hasMessage("unknown setting kafka.lisen (command line); did you mean kafka.listen?");
        assertThatThrownBy(() -> SettingsLoader.load(Optional.empty(), Map.of("SLUICE_DATADIR", "x"), List.of()))
                .hasMessage("unknown environment variable SLUICE_DATADIR; did you mean SLUICE_DATA_DIR?");
        assertThatThrownBy(() -> SettingsLoader.load(Optional.empty(), Map.of(), List.of("zzzzzzzz=1")))
                .hasMessage("unknown setting zzzzzzzz (command line); `sluice settings` lists them all");
    }

    @Test
    void variablesOfTheLauncherOfClientsAndOfKubernetesAreNotSettings() {
        Map<String, String> environment = Map.of(
                "SLUICE_HEAP", "1g",
                "SLUICE_BOOTSTRAP", "127.0.0.1:9092",
                "SLUICE_USER", "alice",
                "SLUICE_PASSWORD", "secret",
                "SLUICE_CLIENT_CONFIG", "client.properties",
                "SLUICE_SERVICE_HOST", "10.0.0.1",
                "SLUICE_PORT_9092_TCP", "tcp://x");

        assertThat(SettingsLoader.load(Optional.empty(), environment, List.of()))
                .isNotNull();
    }

    @Test
    void everyProblemIsToldAtOnce() {
        assertThatThrownBy(() -> SettingsLoader.load(
                        Optional.empty(),
                        Map.of("SLUICE_KAFKA_LISTEN", "nowhere"),
                        List.of("log.level=loud", "data.dir", "http.listen=:1")))
                .hasMessage(String.join(
                        System.lineSeparator(),
                        "SLUICE_KAFKA_LISTEN must be HOST:PORT (port 0 takes a free one) or off, not \"nowhere\""
                                + " (SLUICE_KAFKA_LISTEN)",
                        "log.level must be error, warn, info, debug or trace, not \"loud\" (command line)",
                        "--set wants NAME=VALUE, not \"data.dir\"",
                        "http.listen must be HOST:PORT (port 0 takes a free one) or off, not \":1\" (command line)"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: [1|is no valid YAML",
                "kafka.listen: off\\nkafka:\\n  listen: off|sets kafka.listen twice",
                "data.dir: a\\ndata.dir: b|is no valid YAML",
                "just a word|wants NAME: VALUE lines",
            })
    void aFileThatCannotBeUsedIsNamedWithTheReason(String content, String reason) throws IOException {
        Path file = write(content.replace("\\n", "\n"));

        assertThatThrownBy(() -> SettingsLoader.load(Optional.of(file), Map.of(), List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason);
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = directory.resolve("none.yaml");

        assertThatThrownBy(() -> SettingsLoader.load(Optional.of(missing), Map.of(), List.of()))
                .hasMessage("settings file " + missing + " cannot be read; check the path given with --config");
    }

    @Test
    void namesAreUniqueAlsoAsEnvironmentVariables() {
        assertThat(SluiceSettings.ALL).extracting(Setting::name).doesNotHaveDuplicates();
        assertThat(SluiceSettings.ALL).extracting(Setting::environmentName).doesNotHaveDuplicates();
    }

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("sluice.yaml"), content);
    }
}
