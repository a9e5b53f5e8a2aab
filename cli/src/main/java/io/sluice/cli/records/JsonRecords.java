package io.sluice.cli.records;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Records as JSON objects.
 *
 * <pre>
 * {"key": "k", "value": "v", "headers": {"name": "value"}, "partition": 0, "timestamp": 1517363399650}
 * </pre>
 *
 * A key or value that is text stands for its UTF-8 bytes, null for none, any other JSON for its compact text;
 * {@code {"base64": "…"}} stands for bytes that are no text. A header that occurs more than once has an array. The
 * timestamp is milliseconds since 1970 or ISO 8601 with a zone. {@code topic} and {@code offset}, which consume adds, are
 * allowed and ignored; any other field is an error, because it is most likely a misspelt one.
 */
final class JsonRecords {

    /** The only field of an object that stands for bytes. */
    static final String BASE64 = "base64";

    private static final Set<String> FIELDS =
            Set.of("key", "value", "headers", "partition", "timestamp", "topic", "offset");

    private JsonRecords() {}

    static InputRecord read(JsonNode node) {
        for (String name : node.propertyNames()) {
            if (!FIELDS.contains(name)) {
                throw new RecordSyntaxException(
                        "no record: unknown field '" + name + "'; a record has " + new TreeSet<>(FIELDS));
            }
        }
        return new InputRecord(
                bytes(node.path("key")),
                bytes(node.path("value")),
                headers(node.path("headers")),
                partition(node.path("partition")),
                timestamp(node.path("timestamp")));
    }

    private static byte @Nullable [] bytes(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isString()) {
            return node.asString().getBytes(StandardCharsets.UTF_8);
        }
        if (node.isObject() && node.size() == 1 && node.path(BASE64).isString()) {
            return base64(node.path(BASE64).asString());
        }
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw new RecordSyntaxException("no record: bad base64, " + notBase64.getMessage());
        }
    }

    private static List<Header> headers(JsonNode node) {
        List<Header> headers = new ArrayList<>();
        if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
            throw new RecordSyntaxException("no record: 'headers' must be an object of names and values");
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            Iterable<JsonNode> values =
                    property.getValue().isArray() ? property.getValue().values() : List.of(property.getValue());
            values.forEach(value -> headers.add(new RecordHeader(property.getKey(), bytes(value))));
        }
        return headers;
    }

    private static OptionalInt partition(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return OptionalInt.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 0) {
            throw new RecordSyntaxException("no record: 'partition' must be a number from 0");
        }
        return OptionalInt.of(node.asInt());
    }

    private static OptionalLong timestamp(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return OptionalLong.empty();
        }
        if (node.isIntegralNumber() && node.canConvertToLong() && node.asLong() >= 0) {
            return OptionalLong.of(node.asLong());
        }
        try {
            return OptionalLong.of(
                    OffsetDateTime.parse(node.asString()).toInstant().toEpochMilli());
        } catch (DateTimeException notIso) {
            throw new RecordSyntaxException(
                    "no record: 'timestamp' must be milliseconds since 1970 or a time such as 2026-11-21T12:00:00Z");
        }
    }
}
