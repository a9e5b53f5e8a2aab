package io.sluice.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTextTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "512, 512",
        "512 B, 512",
        "64KiB, 65536",
        "64k, 65536",
        "1.5 MB, 1500000",
        "10MiB, 10485760",
        "1GiB, 1073741824",
        "2tib, 2199023255552"
    })
    void readsSizesAsPeopleTypeThem(String text, long expected) {
        assertThat(SizeText.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "-1", "1,5MB", "10 elephants", "999999999999999TiB"})
    void refusesOthersWithAnExample(String text) {
        assertThatThrownBy(() -> SizeText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64KiB");
    }
}
