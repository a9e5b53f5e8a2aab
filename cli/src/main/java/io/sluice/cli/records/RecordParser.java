package io.sluice.cli.records;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a line becomes a record. One thread uses a parser at a time.
 *
 * <p>An empty line is a record with an empty value where lines are taken as they are, and skipped where they are JSON.
 */
public sealed interface RecordParser {

    /**
     * The record of a line, empty when the line carries none.
     *
     * @throws RecordSyntaxException when the line is no record
     */
    Optional<InputRecord> parse(byte[] line);

    /** The line is the value; there is no key. */
    record Lines() implements RecordParser {
        @Override
        public Optional<InputRecord> parse(byte[] line) {
            return Optional.of(InputRecord.of(null, line));
        }
    }

    /**
     * The line is key, separator, value; the first separator counts.
     *
     * @param separator its bytes, at least one
     */
    record KeyedLines(byte[] separator) implements RecordParser {

        /** Takes the separator as text. */
        public static KeyedLines by(String separator) {
            return new KeyedLines(separator.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Optional<InputRecord> parse(byte[] line) {
            int at = indexOfSeparator(line);
            if (at < 0) {
                String shown = new String(separator, StandardCharsets.UTF_8);
                throw new RecordSyntaxException("without the key separator '" + shown + "'");
            }
            byte[] key = Arrays.copyOf(line, at);
            return Optional.of(InputRecord.of(key, Arrays.copyOfRange(line, at + separator.length, line.length)));
        }

        private int indexOfSeparator(byte[] line) {
            for (int at = 0; at <= line.length - separator.length; at++) {
                if (Arrays.equals(line, at, at + separator.length, separator, 0, separator.length)) {
                    return at;
                }
            }
            return -1;
        }
    }

    /**
     * The line is a JSON object and the value as it stands; one of its fields is the key.
     *
     * @param mapper reads the line
     * @param path names the field; dots lead into objects, as in {@code properties.code}
     */
    record KeyField(JsonMapper mapper, String path) implements RecordParser {
        @Override
        public Optional<InputRecord> parse(byte[] line) {
            if (isBlank(line)) {
                return Optional.empty();
            }
            JsonNode node = object(mapper, line);
            for (String name : path.split("\\.", -1)) {
                node = node.path(name);
            }
            if (!node.isValueNode() || node.isNull()) {
                throw new RecordSyntaxException("without text or number in its field '" + path + "'");
            }
            return Optional.of(InputRecord.of(node.asString().getBytes(StandardCharsets.UTF_8), line));
        }
    }

    /**
     * The line is a JSON object that describes the record; {@link JsonRecords} has the fields.
     *
     * @param mapper reads the line
     */
    record Json(JsonMapper mapper) implements RecordParser {
        @Override
        public Optional<InputRecord> parse(byte[] line) {
            return isBlank(line) ? Optional.empty() : Optional.of(JsonRecords.read(object(mapper, line)));
        }
    }

    private static JsonNode object(JsonMapper mapper, byte[] line) {
        try {
            JsonNode node = mapper.readTree(line);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException notJson) {
            throw new RecordSyntaxException("no JSON: " + notJson.getOriginalMessage());
        }
        throw new RecordSyntaxException("no JSON object");
    }

    private static boolean isBlank(byte[] line) {
        for (byte character : line) {
            if (character != ' ' && character != '\t' && character != '\r') {
                return false;
            }
        }
        return true;
    }
}
