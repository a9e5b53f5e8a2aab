package io.sluice.server.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One event of the shipped week.
 *
 * @param id the survey's identifier, the record's key
 * @param timeMs when it happened, milliseconds since 1970
 * @param magnitude its strength
 * @param place where, in words
 * @param json the event as the survey published it, the record's value
 */
record Earthquake(String id, long timeMs, double magnitude, String place, byte[] json) {

    private static final String RESOURCE = "earthquakes.ndjson.gz";

    /** The shipped week, in the order in which the events happened. */
    static List<Earthquake> shippedWeek() {
        try (InputStream shipped = Earthquake.class.getResourceAsStream(RESOURCE)) {
            if (shipped == null) {
                throw new IllegalStateException("this build lacks " + RESOURCE);
            }
            String lines = new String(new GZIPInputStream(shipped).readAllBytes(), StandardCharsets.UTF_8);
            List<Earthquake> week = new ArrayList<>();
            lines.lines().forEach(line -> week.add(parse(line.getBytes(StandardCharsets.UTF_8))));
            return week;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Reads a value of the topic; throws {@link tools.jackson.core.JacksonException} when it is no JSON. */
    static Earthquake parse(byte[] json) {
        JsonNode event = JsonMapper.shared().readTree(json);
        JsonNode properties = event.path("properties");
        return new Earthquake(
                event.path("id").asString(""),
                properties.path("time").asLong(0),
                properties.path("mag").asDouble(0),
                properties.path("place").asString("somewhere"),
                json);
    }
}
