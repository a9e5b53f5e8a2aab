package io.sluice.server.settings;

import io.sluice.server.settings.Settings.Chosen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads settings: a file, above it the environment, above it the command line. Everything wrong is told at once. */
public final class SettingsLoader {
    static final String ENVIRONMENT_PREFIX = "SLUICE_";

    /** Read by the launcher and by the client commands, so no settings of the broker. */
    private static final Set<String> OTHER_VARIABLES = Set.of(
            "SLUICE_HEAP",
            "SLUICE_CACHE",
            "SLUICE_DEBUG",
            "SLUICE_BOOTSTRAP",
            "SLUICE_USER",
            "SLUICE_PASSWORD",
            "SLUICE_CLIENT_CONFIG");

    /** Kubernetes sets these in every container beside a service that is called "sluice". */
    private static final List<String> KUBERNETES_PREFIXES = List.of("SLUICE_SERVICE_", "SLUICE_PORT");

    private final Map<String, Setting<?>> table = new LinkedHashMap<>();
    private final Map<String, Chosen> chosen = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    private SettingsLoader(List<Setting<?>> settings) {
        settings.forEach(setting -> table.put(setting.name(), setting));
    }

    /**
     * The values in force.
     *
     * @param file YAML with dotted or nested names
     * @param environment all variables of the process; those that start with {@code SLUICE_} count
     * @param overrides {@code NAME=VALUE} each, later ones win
     * @throws SettingsException with one line for each unknown name, wrong value or unreadable file
     */
    public static Settings load(Optional<Path> file, Map<String, String> environment, List<String> overrides) {
        SettingsLoader loader = new SettingsLoader(SluiceSettings.ALL);
        file.ifPresent(loader::addFile);
        loader.addEnvironment(environment);
        overrides.forEach(loader::addOverride);
        if (!loader.problems.isEmpty()) {
            throw new SettingsException(loader.problems);
        }
        return new Settings(loader.chosen);
    }

    private void addFile(Path file) {
        try {
            SettingsFile.read(file).forEach((name, value) -> add(name, name, value, "file " + file));
        } catch (SettingsException e) {
            problems.add(e.getMessage());
        }
    }

    private void addEnvironment(Map<String, String> environment) {
        Map<String, String> nameOf =
                table.values().stream().collect(Collectors.toMap(Setting::environmentName, Setting::name));
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (!variable.startsWith(ENVIRONMENT_PREFIX) || isForOthers(variable)) {
                return;
            }
            String name = nameOf.get(variable);
            if (name == null) {
                problems.add("unknown environment variable " + variable + didYouMean(variable, nameOf.keySet()));
            } else {
                add(name, variable, value, variable);
            }
        });
    }

    private static boolean isForOthers(String variable) {
        return OTHER_VARIABLES.contains(variable)
                || KUBERNETES_PREFIXES.stream().anyMatch(variable::startsWith);
    }

    private void addOverride(String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            problems.add("--set wants NAME=VALUE, not \"" + override + "\"");
            return;
        }
        String name = override.substring(0, equals).strip();
        add(name, name, override.substring(equals + 1), "command line");
    }

    private void add(String name, String shownName, String value, String source) {
        Setting<?> setting = table.get(name);
        if (setting == null) {
            problems.add("unknown setting " + name + " (" + source + ")" + didYouMean(name, table.keySet()));
            return;
        }
        try {
            setting.type().parse(value);
            chosen.put(name, new Chosen(value.strip(), source));
        } catch (IllegalArgumentException e) {
            problems.add(shownName + " " + e.getMessage() + " (" + source + ")");
        }
    }

    private static String didYouMean(String name, Set<String> known) {
        return Spelling.closest(name, known)
                .map(other -> "; did you mean " + other + "?")
                .orElse("; `sluice settings` lists them all");
    }
}
