package io.sluice.cli.records;

import io.sluice.cli.text.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** How a consumed record becomes a line. One thread uses a format at a time. */
public sealed interface RecordFormat {

    /** Writes the record and a line feed; does not flush. */
    void write(ConsumerRecord<byte[], byte[]> consumed, OutputStream output) throws IOException;

    /**
     * For people: partition and offset, time, key, value, headers. Control characters are escaped.
     *
     * @param colored whether the output is a terminal that shows colours
     */
    record Text(boolean colored) implements RecordFormat {

        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

        @Override
        public void write(ConsumerRecord<byte[], byte[]> consumed, OutputStream output) throws IOException {
            StringBuilder line = new StringBuilder(160);
            String place = consumed.partition() + ":" + consumed.offset();
            line.append(dim(place + "  " + time(consumed.timestamp()) + "  "));
            if (consumed.key() != null) {
                line.append(strong(Printable.line(consumed.key()))).append("  ");
            }
            line.append(consumed.value() == null ? dim("(no value)") : Printable.line(consumed.value()));
            if (consumed.headers().iterator().hasNext()) {
                line.append("  ").append(dim(headers(consumed)));
            }
            output.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        }

        private static String time(long timestampMs) {
            return timestampMs < 0 ? "no time" : TIME.format(Instant.ofEpochMilli(timestampMs));
        }

        private static String headers(ConsumerRecord<byte[], byte[]> consumed) {
            return StreamSupport.stream(consumed.headers().spliterator(), false)
                    .map(header -> Printable.escaped(header.key()) + "="
                            + (header.value() == null ? "" : Printable.line(header.value())))
                    .collect(Collectors.joining(" ", "[", "]"));
        }

        private String dim(String text) {
            return colored ? "\u001b[2m" + text + "\u001b[0m" : text;
        }

        private String strong(String text) {
            return colored ? "\u001b[36m" + text + "\u001b[0m" : text;
        }
    }

    /** The value's bytes as they are; a tombstone is an empty line. */
    record Value() implements RecordFormat {
        @Override
        public void write(ConsumerRecord<byte[], byte[]> consumed, OutputStream output) throws IOException {
            if (consumed.value() != null) {
                output.write(consumed.value());
            }
            output.write('\n');
        }
    }

    /**
     * One JSON object a line: topic, partition, offset, timestamp, key, value, headers, always all of them.
     *
     * @param factory makes the generators
     */
    record Json(JsonFactory factory) implements RecordFormat {

        /** The format with a factory that leaves the output open. */
        public static Json create() {
            return new Json(JsonFactory.builder()
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                    .build());
        }

        @Override
        public void write(ConsumerRecord<byte[], byte[]> consumed, OutputStream output) throws IOException {
            try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), output)) {
                json.writeStartObject();
                json.writeStringProperty("topic", consumed.topic());
                json.writeNumberProperty("partition", consumed.partition());
                json.writeNumberProperty("offset", consumed.offset());
                json.writeNumberProperty("timestamp", consumed.timestamp());
                json.writeName("key");
                writeBytes(json, consumed.key());
                json.writeName("value");
                writeBytes(json, consumed.value());
                json.writeName("headers");
                writeHeaders(json, consumed);
                json.writeEndObject();
            }
            output.write('\n');
        }

        private static void writeHeaders(JsonGenerator json, ConsumerRecord<byte[], byte[]> consumed) {
            Map<String, List<Header>> byName = new LinkedHashMap<>();
            for (Header header : consumed.headers()) {
                byName.computeIfAbsent(header.key(), name -> new ArrayList<>()).add(header);
            }
            json.writeStartObject();
            byName.forEach((name, headers) -> {
                json.writeName(name);
                if (headers.size() == 1) {
                    writeBytes(json, headers.getFirst().value());
                } else {
                    json.writeStartArray();
                    headers.forEach(header -> writeBytes(json, header.value()));
                    json.writeEndArray();
                }
            });
            json.writeEndObject();
        }

        private static void writeBytes(JsonGenerator json, byte @Nullable [] bytes) {
            if (bytes == null) {
                json.writeNull();
                return;
            }
            Printable.utf8(bytes).ifPresentOrElse(json::writeString, () -> {
                json.writeStartObject();
                json.writeStringProperty(JsonRecords.BASE64, Base64.getEncoder().encodeToString(bytes));
                json.writeEndObject();
            });
        }
    }
}
