package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.settings.Setting;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class PlainStartTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "start",
                "start --data elsewhere",
                "start --data=elsewhere",
                "start --set num.partitions=3 --set=kafka.listen=off",
                "start --set kafka.listen=127.0.0.1:0 --data a/b=c --set num.partitions=4",
            })
    void usualArgumentsMeanWhatTheyMeanToPicocli(String line) {
        String[] arguments = line.split(" ", -1);
        assertThat(rows(PlainStart.read(arguments).orElseThrow().load())).isEqualTo(rows(byPicocli(arguments)));
    }

    @Test
    void aFileOfSettingsIsRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), "num.partitions: 7\n");
        String[] arguments = {"start", "--config", file.toString()};

        Settings settings = PlainStart.read(arguments).orElseThrow().load();

        assertThat(rows(settings))
                .isEqualTo(rows(byPicocli(arguments)))
                .anyMatch(row -> row.startsWith("num.partitions = 7 "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "start --help",
                "start -h",
                "start --data",
                "start --data=",
                "start --data -x",
                "start --set @file",
                "start @file",
                "start --data a --data b",
                "start --config a --config b",
                "start --datum a",
                "start extra",
                "--set a=b start",
            })
    void everythingElseIsLeftToPicocli(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ", -1);
        assertThat(PlainStart.read(arguments)).isEqualTo(Optional.empty());
    }

    private static Settings byPicocli(String[] arguments) {
        String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
        return CommandLine.populateCommand(new SettingsOptions(), options).load();
    }

    private static Stream<String> lines(Settings settings) {
        return SluiceSettings.ALL.stream()
                .map((Setting<?> setting) ->
                        setting.name() + " = " + settings.text(setting) + " (" + settings.source(setting) + ")");
    }

    private static List<String> rows(Settings settings) {
        return lines(settings).toList();
    }
}
