package io.sluice.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code start} with its usual options, and leaves everything else, help and mistakes included, to picocli. Picocli
 * is compiled for Java 5, and the JVM's cache for fast starts takes no classes that old: loading it and describing all
 * commands to it was 280 of the 700 ms of a start.
 */
final class PlainStart {
    private static final String START = "start";
    private static final String CONFIG = "--config";
    private static final String DATA = "--data";
    private static final String JOIN = "--join";
    private static final String SET = "--set";
    private static final Set<String> OPTIONS = Set.of(CONFIG, DATA, JOIN, SET);

    private @Nullable String config;
    private @Nullable String data;
    private @Nullable String join;
    private final List<String> overrides = new ArrayList<>();

    private PlainStart() {}

    /** What picocli would read from these arguments of the program; empty where only picocli knows. */
    static Optional<SettingsOptions> read(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals(START)) {
            return Optional.empty();
        }
        PlainStart start = new PlainStart();
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            int equals = argument.indexOf('=');
            boolean isJoined = equals >= 0 && OPTIONS.contains(argument.substring(0, equals));
            String name = isJoined ? argument.substring(0, equals) : argument;
            if (!isJoined && (!OPTIONS.contains(name) || ++i == arguments.length)) {
                return Optional.empty();
            }
            if (!start.take(name, isJoined ? argument.substring(equals + 1) : arguments[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(SettingsOptions.of(start.config, start.data, start.join, start.overrides));
    }

    /**
     * False for what has a meaning of its own to picocli: a value that looks like an option or a file of arguments, and an
     * option given twice.
     */
    private boolean take(String name, String value) {
        if (value.isEmpty() || value.startsWith("-") || value.startsWith("@")) {
            return false;
        }
        return switch (name) {
            case CONFIG -> {
                boolean isFirst = config == null;
                config = value;
                yield isFirst;
            }
            case DATA -> {
                boolean isFirst = data == null;
                data = value;
                yield isFirst;
            }
            case JOIN -> {
                boolean isFirst = join == null;
                join = value;
                yield isFirst;
            }
            default -> overrides.add(value);
        };
    }
}
