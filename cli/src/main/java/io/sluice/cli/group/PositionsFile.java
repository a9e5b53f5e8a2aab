package io.sluice.cli.group;

import io.sluice.cli.command.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * Positions as lines {@code TOPIC,PARTITION,OFFSET}, the form of Kafka's own group tool; the topic may have quotes, empty
 * lines and lines that begin with {@code #} are skipped.
 */
final class PositionsFile {

    private static final Pattern LINE =
            Pattern.compile("\\s*\"?([A-Za-z0-9._-]{1,249})\"?\\s*,\\s*(\\d{1,9})\\s*,\\s*(\\d{1,18})\\s*");

    /** More partitions than one group reads; a larger file is another kind of file. */
    private static final long SIZE_BYTES_MAX = 64L * 1024 * 1024;

    private PositionsFile() {}

    /**
     * The positions that {@code file} names.
     *
     * @throws CommandException when it cannot be read, names a partition twice, or no position at all
     */
    static Map<TopicPartition, Long> read(Path file) {
        Map<TopicPartition, Long> positions =
                new TreeMap<>(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
        List<String> lines = lines(file);
        for (int index = 0; index < lines.size(); index++) {
            String line = lines.get(index);
            if (!line.isBlank() && !line.startsWith("#")) {
                add(positions, line, file + " line " + (index + 1));
            }
        }
        if (positions.isEmpty()) {
            throw new CommandException(file + " names no positions; write a line TOPIC,PARTITION,OFFSET for each");
        }
        return positions;
    }

    private static void add(Map<TopicPartition, Long> positions, String line, String place) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new CommandException(place + " is no position; write TOPIC,PARTITION,OFFSET such as orders,0,42");
        }
        TopicPartition partition = new TopicPartition(parts.group(1), Integer.parseInt(parts.group(2)));
        if (positions.put(partition, Long.parseLong(parts.group(3))) != null) {
            throw new CommandException(place + " names " + partition + " a second time");
        }
    }

    private static List<String> lines(Path file) {
        try {
            if (Files.size(file) > SIZE_BYTES_MAX) {
                throw new CommandException(file + " is too large to be a list of positions");
            }
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new CommandException(
                    "cannot read " + file + " (" + unreadable.getClass().getSimpleName()
                            + "); --from-file takes lines TOPIC,PARTITION,OFFSET",
                    unreadable);
        }
    }
}
