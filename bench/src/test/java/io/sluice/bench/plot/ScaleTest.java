package io.sluice.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScaleTest {
    @ParameterizedTest
    @CsvSource({
        "7, 8, 2",
        "8, 8, 2",
        "8.1, 10, 2.5",
        "100, 100, 25",
        "101, 150, 50",
        "0.03, 0.03, 0.01",
        "1234, 1500, 500"
    })
    void stepsFromZeroAreRoundAndReachTheGreatest(double greatest, double end, double step) {
        Scale scale = Scale.fromZero(DoubleStream.of(1e-9, greatest));

        assertThat(scale.from()).isZero();
        assertThat(scale.to()).isCloseTo(end, within(end * 1e-9));
        assertThat(scale.ticks().getFirst()).isZero();
        assertThat(scale.ticks().get(1)).isCloseTo(step, within(step * 1e-9));
        assertThat(scale.ticks().getLast()).isEqualTo(scale.to());
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.3, 1, 9.99, 12, 4_095, 7e9})
    void thereAreFewSteps(double greatest) {
        Scale scale = Scale.fromZero(DoubleStream.of(greatest));

        assertThat(scale.to()).isGreaterThanOrEqualTo(greatest);
        assertThat(scale.ticks()).hasSizeBetween(3, 5);
    }

    @Test
    void nothingButZeroHasAnAxisToo() {
        Scale scale = Scale.fromZero(DoubleStream.of(0, 0));

        assertThat(scale.ticks()).containsExactly(0.0, 1.0);
        assertThat(scale.place(0)).isZero();
    }

    @Test
    void equalFactorsAreEquallyFarApartWhereItIsLogarithmic() {
        Scale scale = Scale.through(DoubleStream.of(10_000, 10, 100, 1_000), true);

        assertThat(scale.ticks()).containsExactly(10.0, 100.0, 1_000.0, 10_000.0);
        assertThat(scale.place(10)).isZero();
        assertThat(scale.place(100)).isCloseTo(1 / 3.0, within(1e-9));
        assertThat(scale.place(10_000)).isEqualTo(1);
    }

    @Test
    void equalDifferencesAreEquallyFarApartWhereItIsNot() {
        Scale scale = Scale.through(DoubleStream.of(1, 3, 5, 3), false);

        assertThat(scale.ticks()).containsExactly(1.0, 3.0, 5.0);
        assertThat(scale.place(3)).isEqualTo(0.5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSingleValueStandsInTheMiddle(boolean isLogarithmic) {
        assertThat(Scale.through(DoubleStream.of(3), isLogarithmic).place(3)).isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"0;0", "10;10", "10000;10,000", "0.5;0.5", "2.5;2.5", "0.30000000000000004;0.3", "1500;1,500"})
    void ticksHaveNoDigitsThatSayNothing(double tick, String words) {
        assertThat(Scale.words(tick)).isEqualTo(words);
    }
}
