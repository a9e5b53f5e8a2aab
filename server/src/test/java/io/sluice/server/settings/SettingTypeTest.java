package io.sluice.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingTypeTest {
    private final SettingType.WholeNumber timeout = new SettingType.WholeNumber(1, 1000, "ms");

    @ParameterizedTest
    @CsvSource({"1,1", "1000,1000", "' 7 ',7"})
    void aNumberWithinItsBoundsIsTaken(String text, long value) {
        assertThat(timeout.parse(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "9999999999"})
    void aNumberOutsideItsBoundsIsRefusedWithTheBounds(String text) {
        assertThatThrownBy(() -> timeout.parse(text)).hasMessage("must be from 1 to 1000 (ms), not \"" + text + "\"");
    }

    @Test
    void whatIsNoNumberIsRefusedAsSuch() {
        assertThatThrownBy(() -> timeout.parse("1s"))
                .hasMessage("must be a whole number (ms) from 1 to 1000, not \"1s\"");
    }

    @ParameterizedTest
    @CsvSource({"localhost:9092,localhost,9092", "[::1]:0,::1,0", "0.0.0.0:65535,0.0.0.0,65535", "*:1,*,1"})
    void aListenerIsAHostAndAPort(String text, String host, int port) {
        assertThat(new SettingType.Listener().parse(text)).contains(new ListenAddress(host, OptionalInt.of(port)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "host", "host:", ":1", "h:65536", "h:-1", "h:1x", "::1:9092", "[::1", "a b:1"})
    void whatIsNoListenerIsRefused(String text) {
        assertThatThrownBy(() -> new SettingType.Listener().parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "[::]:1", "*:9092"})
    void noClientCanConnectToAWildcard(String text) {
        assertThatThrownBy(() -> new SettingType.Advertised().parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
