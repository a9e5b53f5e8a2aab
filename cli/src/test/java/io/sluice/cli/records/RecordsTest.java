package io.sluice.cli.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class RecordsTest {

    private static final RecordParser JSON = new RecordParser.Json(JsonMapper.shared());

    @Property
    void linesJoinedByLineFeedsAreTheInputByteForByte(@ForAll byte[] input) {
        List<byte[]> lines = lines(input);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int index = 0; index < lines.size(); index++) {
            joined.writeBytes(lines.get(index));
            boolean last = index == lines.size() - 1;
            if (!last || input[input.length - 1] == '\n') {
                joined.write('\n');
            }
        }
        assertThat(joined.toByteArray()).isEqualTo(input);
        assertThat(lines).allMatch(line -> new String(line, UTF_8).indexOf('\n') < 0);
    }

    @Test
    void aLineMayBeLongerThanTheBufferButNotThanTheLimit() throws IOException {
        byte[] longLine = "x".repeat(200_000).getBytes(UTF_8);
        assertThat(new LineReader(new ByteArrayInputStream(longLine), 200_000).next())
                .isEqualTo(longLine);
        LineReader limited = new LineReader(new ByteArrayInputStream(longLine), 199_999);
        assertThatThrownBy(limited::next)
                .isInstanceOf(RecordSyntaxException.class)
                .hasMessageContaining("199999");
    }

    @Test
    void theFirstSeparatorSplitsKeyFromValue() {
        InputRecord split = parse(RecordParser.KeyedLines.by("::"), "k::v::w").orElseThrow();
        assertThat(text(split.key())).isEqualTo("k");
        assertThat(text(split.value())).isEqualTo("v::w");
        assertThatThrownBy(() -> parse(RecordParser.KeyedLines.by("::"), "k:v"))
                .isInstanceOf(RecordSyntaxException.class)
                .hasMessageContaining("'::'");
    }

    @Test
    void aKeyFieldLeadsInwardsAndLeavesTheLineAsItIs() {
        RecordParser parser = new RecordParser.KeyField(JsonMapper.shared(), "user.id");
        InputRecord parsed = parse(parser, "{ \"user\": {\"id\": 42} }").orElseThrow();
        assertThat(text(parsed.key())).isEqualTo("42");
        assertThat(text(parsed.value())).isEqualTo("{ \"user\": {\"id\": 42} }");
        assertThat(parse(parser, " \r")).isEmpty();
        assertThatThrownBy(() -> parse(parser, "{\"user\":{}}"))
                .isInstanceOf(RecordSyntaxException.class)
                .hasMessageContaining("'user.id'");
    }

    @Test
    void jsonNamesEverythingARecordHas() {
        InputRecord parsed = parse(JSON, """
                {"key":"k","value":{"a":[1,2]},"headers":{"x":"1","y":["2",null]},"partition":3,"timestamp":7}""").orElseThrow();
        assertThat(text(parsed.key())).isEqualTo("k");
        assertThat(text(parsed.value())).isEqualTo("{\"a\":[1,2]}");
        assertThat(parsed.headers())
                .containsExactly(
                        new RecordHeader("x", "1".getBytes(UTF_8)),
                        new RecordHeader("y", "2".getBytes(UTF_8)),
                        new RecordHeader("y", (byte[]) null));
        assertThat(parsed.partition()).isEqualTo(OptionalInt.of(3));
        assertThat(parsed.timestampMs()).isEqualTo(OptionalLong.of(7));
    }

    @Test
    void jsonNullIsATombstoneAndIsoTimesAreRead() {
        InputRecord parsed = parse(JSON, """
                {"key":"k","value":null,"timestamp":"2018-01-31T01:49:59.650Z"}""").orElseThrow();
        assertThat(parsed.value()).isNull();
        assertThat(parsed.timestampMs()).isEqualTo(OptionalLong.of(1517363399650L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1]|no JSON object",
                "{\"key\":|no JSON",
                "{\"vlaue\":\"x\"}|unknown field 'vlaue'",
                "{\"partition\":-1}|'partition'",
                "{\"timestamp\":\"noon\"}|'timestamp'",
                "{\"headers\":[1]}|'headers'",
                "{\"value\":{\"base64\":\"???\"}}|base64"
            })
    void whatIsNoRecordIsRefusedWithTheReason(String line, String reason) {
        assertThatThrownBy(() -> parse(JSON, line))
                .isInstanceOf(RecordSyntaxException.class)
                .hasMessageContaining(reason);
    }

    @Property
    void whatConsumePrintsAsJsonProduceReadsBack(
            @ForAll byte[] key, @ForAll byte[] value, @ForAll Map<String, byte[]> headers) throws IOException {
        RecordHeaders given = new RecordHeaders();
        headers.forEach((name, content) -> given.add(name, content).add(name, null));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        RecordFormat.Json.create().write(consumed(key, value, given), printed);
        InputRecord read = parse(JSON, printed.toString(UTF_8).stripTrailing()).orElseThrow();
        assertThat(read.key()).isEqualTo(key);
        assertThat(read.value()).isEqualTo(value);
        assertThat(new RecordHeaders(read.headers())).isEqualTo(given);
        assertThat(read.partition()).isEqualTo(OptionalInt.of(2));
        assertThat(read.timestampMs()).isEqualTo(OptionalLong.of(1517363399650L));
    }

    @Test
    void textShowsPlaceTimeKeyValueAndHeadersOnOneLine() throws IOException {
        Headers headers = new RecordHeaders().add("source", "shop".getBytes(UTF_8));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new RecordFormat.Text(false).write(consumed("k".getBytes(UTF_8), "a\nb".getBytes(UTF_8), headers), printed);
        assertThat(printed.toString(UTF_8)).isEqualTo("2:5  2018-01-31 01:49:59.650Z  k  a\\nb  [source=shop]\n");
    }

    @Test
    void valuesAreWrittenAsTheyAre() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        new RecordFormat.Value()
                .write(consumed(new byte[1], new byte[] {(byte) 0xff, 0}, new RecordHeaders()), printed);
        assertThat(printed.toByteArray()).isEqualTo(new byte[] {(byte) 0xff, 0, '\n'});
    }

    @Test
    void rangesKeepTheLowestAndHighestOffsetOfEachPartition() {
        OffsetRanges ranges = new OffsetRanges();
        List.of(7L, 5L, 9L).forEach(offset -> ranges.add(1, offset, 10));
        ranges.add(0, 3, 1);
        assertThat(ranges.ranges())
                .containsExactly(new OffsetRanges.Range(0, 1, 3, 3), new OffsetRanges.Range(1, 3, 5, 9));
        assertThat(ranges.records()).isEqualTo(4);
        assertThat(ranges.sizeBytes()).isEqualTo(31);
    }

    private static ConsumerRecord<byte[], byte[]> consumed(byte[] key, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                "t",
                2,
                5,
                1517363399650L,
                TimestampType.CREATE_TIME,
                key.length,
                value.length,
                key,
                value,
                headers,
                Optional.empty());
    }

    private static Optional<InputRecord> parse(RecordParser parser, String line) {
        return parser.parse(line.getBytes(UTF_8));
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, UTF_8);
    }

    private static List<byte[]> lines(byte[] input) {
        try {
            LineReader reader = new LineReader(new ByteArrayInputStream(input), Math.max(1, input.length));
            List<byte[]> lines = new ArrayList<>();
            for (byte[] line = reader.next(); line != null; line = reader.next()) {
                lines.add(Arrays.copyOf(line, line.length));
            }
            return lines;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
