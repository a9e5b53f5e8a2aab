package io.sluice.server;

import io.sluice.server.control.ControlClient;
import io.sluice.server.node.ExitCode;
import io.sluice.server.node.StartException;
import io.sluice.server.settings.ClusterSettings;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SettingsLoader;
import io.sluice.server.settings.SluiceSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command of the broker is told its settings. Filled by picocli. */
final class SettingsOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "YAML file with settings, names dotted or nested.")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory; the same as --set data.dir=DIR.")
    private @Nullable String data;

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT",
            description = "A node whose cluster this one joins; the same as --set cluster.join=HOST:PORT.")
    private @Nullable String join;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Sets one value; wins over the file and the environment. May be repeated.")
    private List<String> overrides = new ArrayList<>();

    /** Made by picocli. */
    SettingsOptions() {}

    /** As if these had been given on the command line. */
    static SettingsOptions of(
            @Nullable String config, @Nullable String data, @Nullable String join, List<String> overrides) {
        SettingsOptions options = new SettingsOptions();
        options.config = config == null ? null : Path.of(config);
        options.data = data;
        options.join = join;
        options.overrides = List.copyOf(overrides);
        return options;
    }

    /** Reads file, environment and options; throws {@link io.sluice.server.settings.SettingsException}. */
    Settings load() {
        List<String> all = new ArrayList<>(overrides);
        if (data != null) {
            all.add(SluiceSettings.DATA_DIR.name() + "=" + data);
        }
        if (join != null) {
            all.add(ClusterSettings.JOIN.name() + "=" + join);
        }
        return SettingsLoader.load(Optional.ofNullable(config), System.getenv(), all);
    }

    /** The broker that runs on the data directory; throws {@link StartException} if none can be asked. */
    ControlClient runningBroker() {
        Path directory = load().get(SluiceSettings.DATA_DIR);
        return ControlClient.of(directory)
                .orElseThrow(() -> new StartException(
                        ExitCode.DATA_DIRECTORY,
                        "no broker that can be asked runs on " + directory
                                + "; name its directory with --data, and run this as the broker's user",
                        null));
    }
}
