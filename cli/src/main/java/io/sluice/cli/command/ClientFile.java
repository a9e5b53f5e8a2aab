package io.sluice.cli.command;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Settings of a Kafka client as all Kafka tools take them: a Java properties file. */
final class ClientFile {

    /** A client has some hundred settings; a file beyond this is none. */
    private static final long SIZE_BYTES_MAX = 1024 * 1024;

    private ClientFile() {}

    /**
     * All settings of the file.
     *
     * @throws CommandException when it cannot be read
     */
    static Map<String, String> read(Path file) {
        try {
            if (Files.size(file) > SIZE_BYTES_MAX) {
                throw new CommandException(file + " is too large to be a client's properties file");
            }
            Properties properties = new Properties();
            try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(text);
            }
            Map<String, String> settings = new TreeMap<>();
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
            return settings;
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new CommandException(
                    "cannot read the client's settings from " + file + " ("
                            + unreadable.getClass().getSimpleName() + "); --client-config takes a properties file"
                            + " with lines such as security.protocol=SASL_SSL",
                    unreadable);
        }
    }
}
