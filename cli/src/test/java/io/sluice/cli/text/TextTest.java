package io.sluice.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final TimeExpression TIMES = new TimeExpression(NOW, ZoneId.of("Europe/Zurich"));

    @ParameterizedTest
    @CsvSource({
        "now, 2026-11-21T12:00:00Z",
        "10m ago, 2026-11-21T11:50:00Z",
        "1h30m ago, 2026-11-21T10:30:00Z",
        "2d AGO, 2026-11-19T12:00:00Z",
        "2026-11-21T12:00:00Z, 2026-11-21T12:00:00Z",
        "2026-11-21T12:00:00+01:00, 2026-11-21T11:00:00Z",
        "2026-11-21T12:00, 2026-11-21T11:00:00Z",
        "2026-11-21 12:00:30.5, 2026-11-21T11:00:30.5Z",
        "2026-11-21, 2026-11-20T23:00:00Z",
        "1517363399650, 2018-01-31T01:49:59.650Z"
    })
    void readsTimesAsPeopleTypeThem(String text, String expected) {
        assertThat(TIMES.parse(text)).isEqualTo(Instant.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "ago", "10 ago x", "10x ago", "2026-13-01", "12"})
    void refusesOtherTimesWithAnExample(String text) {
        assertThatThrownBy(() -> TIMES.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".*(10m|2d).*");
    }

    @Property
    void aFormattedDurationReadsBackAsItself(@ForAll @LongRange(min = 0, max = 40_000_000_000L) long durationMs) {
        Duration duration = Duration.ofMillis(durationMs);
        assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
    }

    @Test
    void aDurationWithoutUnitCountsSeconds() {
        assertThat(DurationText.parse(" 15 ")).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void tableAlignsTextLeftAndNumbersRight() {
        Table table = new Table().text("TOPIC").number("RECORDS").text("NOTE");
        table.row("a", 1, "x").row("quakes", "1,707", "");
        assertThat(table.lines(Table.UNLIMITED_WIDTH))
                .containsExactly("TOPIC   RECORDS  NOTE", "a             1  x", "quakes    1,707");
    }

    @Test
    void tableCutsItsWidestTextUntilItFits() {
        Table table = new Table().text("MEMBER").number("LAG").text("HOST");
        table.row("consumer-1-0123456789", 1_000_000, "/127.0.0.1");
        List<String> lines = table.lines(36);
        assertThat(lines).allMatch(line -> line.length() <= 36);
        assertThat(lines.get(1)).isEqualTo("consumer-1-012…  1000000  /127.0.0.1");
    }

    @Test
    void tableNeverCutsNumbers() {
        Table table = new Table().number("OFFSET").text("KEY");
        table.row(123_456_789_012L, "abcdefghijkl");
        assertThat(table.lines(10).get(1)).isEqualTo("123456789012  abcdefg…");
    }

    @Test
    void textThatCouldSteerTheTerminalIsEscaped() {
        byte[] hostile = "a\u001b[2Jb\n\u009bc\u2028".getBytes(StandardCharsets.UTF_8);
        assertThat(Printable.line(hostile)).isEqualTo("a\\u001b[2Jb\\n\\u009bc\\u2028");
    }

    @Test
    void bytesThatAreNoTextAreShownAsHex() {
        assertThat(Printable.line(new byte[] {(byte) 0xff, 0, 1})).isEqualTo("0xff0001");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1048575, 1.0 MiB",
        "1217844, 1.2 MiB",
        "1099511627776, 1.0 TiB"
    })
    void sizesAreShort(long sizeBytes, String expected) {
        assertThat(Printable.size(sizeBytes)).isEqualTo(expected);
    }

    @Test
    void countsHaveTheirNoun() {
        assertThat(Printable.count(1, "record")).isEqualTo("1 record");
        assertThat(Printable.count(1707, "record")).isEqualTo("1,707 records");
    }
}
