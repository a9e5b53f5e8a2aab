package io.sluice.server.settings;

import io.sluice.broker.api.Result;
import io.sluice.broker.config.ConfigKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the text of a setting is read.
 *
 * @param <T> type of the value
 */
public sealed interface SettingType<T> {
    /** The value, or {@link IllegalArgumentException} with words that follow the name: {@code must be … , not "x"}. */
    T parse(String text);

    /** One word for tables. */
    String word();

    /** What values are allowed, for tables and errors. */
    String bounds();

    /** Unit of the number, or empty. */
    default String unit() {
        return "";
    }

    /** Last words of names that are units. */
    Set<String> UNITS = Set.of("ms", "bytes", "minutes");

    private static IllegalArgumentException wrong(String expected, String text) {
        return new IllegalArgumentException("must be " + expected + ", not \"" + text + "\"");
    }

    /**
     * A whole number between bounds, both included.
     *
     * @param least smallest value
     * @param most largest value
     * @param unit such as {@code ms} or {@code bytes}; empty for a count
     */
    record WholeNumber(long least, long most, String unit) implements SettingType<Long> {
        @Override
        public Long parse(String text) {
            try {
                long value = Long.parseLong(text.strip());
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) {
                throw wrong("a whole number" + inUnit() + " from " + bounds(), text);
            }
            throw wrong("from " + bounds() + inUnit(), text);
        }

        private String inUnit() {
            return unit.isEmpty() ? "" : " (" + unit + ")";
        }

        @Override
        public String word() {
            return "number";
        }

        @Override
        public String bounds() {
            return least + " to " + (most == Long.MAX_VALUE ? "any" : Long.toString(most));
        }
    }

    /** {@code true} or {@code false}. */
    record Switch() implements SettingType<Boolean> {
        @Override
        public Boolean parse(String text) {
            return switch (text.strip()) {
                case "true" -> true;
                case "false" -> false;
                case String other -> throw wrong(bounds(), other);
            };
        }

        @Override
        public String word() {
            return "boolean";
        }

        @Override
        public String bounds() {
            return "true or false";
        }
    }

    /**
     * One of a few words.
     *
     * @param words all of them
     */
    record Choice(List<String> words) implements SettingType<String> {
        @Override
        public String parse(String text) {
            String word = text.strip();
            if (!words.contains(word)) {
                throw wrong(bounds(), text);
            }
            return word;
        }

        @Override
        public String word() {
            return "choice";
        }

        @Override
        public String bounds() {
            return String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
        }
    }

    /** A path; a relative one starts at the working directory. */
    record Folder() implements SettingType<Path> {
        @Override
        public Path parse(String text) {
            if (text.isBlank() || text.indexOf('\0') >= 0) {
                throw wrong(bounds(), text);
            }
            return Path.of(text);
        }

        @Override
        public String word() {
            return "path";
        }

        @Override
        public String bounds() {
            return "a directory";
        }
    }

    /**
     * Any text on one line.
     *
     * @param bounds what it should be, for people
     */
    record Text(String bounds) implements SettingType<String> {
        @Override
        public String parse(String text) {
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw wrong(bounds, text);
            }
            return text.strip();
        }

        @Override
        public String word() {
            return "text";
        }
    }

    /**
     * Some of a few words, separated by commas, each once; or none.
     *
     * @param words all of them
     */
    record Words(List<String> words) implements SettingType<List<String>> {
        @Override
        public List<String> parse(String text) {
            List<String> chosen = Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .toList();
            if (!words.containsAll(chosen) || Set.copyOf(chosen).size() != chosen.size()) {
                throw wrong(bounds(), text);
            }
            return chosen;
        }

        @Override
        public String word() {
            return "list";
        }

        @Override
        public String bounds() {
            return "some of " + String.join(", ", words);
        }
    }

    /** A file, or empty for none; a relative path starts at the working directory. */
    record OptionalFile() implements SettingType<Optional<Path>> {
        @Override
        public Optional<Path> parse(String text) {
            if (text.indexOf('\0') >= 0) {
                throw wrong(bounds(), text);
            }
            return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text.strip()));
        }

        @Override
        public String word() {
            return "path";
        }

        @Override
        public String bounds() {
            return "a file, or empty";
        }
    }

    /** Where a listener is bound: {@code HOST:PORT}, port 0 for a free one, or {@code off}. */
    record Listener() implements SettingType<Optional<ListenAddress>> {
        @Override
        public Optional<ListenAddress> parse(String text) {
            if (text.strip().equals("off")) {
                return Optional.empty();
            }
            return Optional.of(ListenAddress.parse(text)
                    .filter(address -> address.port().isPresent())
                    .orElseThrow(() -> wrong(bounds(), text)));
        }

        @Override
        public String word() {
            return "address";
        }

        @Override
        public String bounds() {
            return "HOST:PORT (port 0 takes a free one) or off";
        }
    }

    /** What clients are told: {@code HOST} or {@code HOST:PORT}; empty for the bound address. */
    record Advertised() implements SettingType<Optional<ListenAddress>> {
        @Override
        public Optional<ListenAddress> parse(String text) {
            if (text.isBlank()) {
                return Optional.empty();
            }
            return Optional.of(ListenAddress.parse(text)
                    .filter(address -> !address.isWildcard())
                    .orElseThrow(() -> wrong(bounds(), text)));
        }

        @Override
        public String word() {
            return "address";
        }

        @Override
        public String bounds() {
            return "HOST or HOST:PORT that clients can reach, or empty for the bound address";
        }
    }

    /** Levels of single loggers: {@code NAME=LEVEL}, several with commas between them; none if empty. */
    record Levels(List<String> words) implements SettingType<Map<String, String>> {
        @Override
        public Map<String, String> parse(String text) {
            Map<String, String> levels = new LinkedHashMap<>();
            for (String pair : text.isBlank() ? new String[0] : text.split(",", -1)) {
                int equals = pair.indexOf('=');
                String level = pair.substring(equals + 1).strip();
                if (equals < 1 || pair.substring(0, equals).isBlank() || !words.contains(level)) {
                    throw wrong(bounds(), text);
                }
                levels.put(pair.substring(0, equals).strip(), level);
            }
            return levels;
        }

        @Override
        public String word() {
            return "levels";
        }

        @Override
        public String bounds() {
            return "LOGGER=LEVEL with commas between several, LEVEL one of " + String.join(", ", words) + ", or empty";
        }
    }

    /**
     * A configuration of the broker, which Kafka clients know by the same name.
     *
     * @param key what the broker knows of it
     */
    record OfBroker(ConfigKey<?> key) implements SettingType<String> {
        @Override
        public String parse(String text) {
            Result<?> parsed = key.parse(text);
            if (!parsed.isOk()) {
                throw wrong(bounds(), text);
            }
            return text.strip();
        }

        @Override
        public String word() {
            return key.type().entryType().name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String bounds() {
            String text = key.bounds().text();
            return text.equals("any value") ? key.type().description() : text.replaceFirst("^must be ", "");
        }

        @Override
        public String unit() {
            String last = key.name().substring(key.name().lastIndexOf('.') + 1);
            return UNITS.contains(last) ? last : "";
        }
    }
}
