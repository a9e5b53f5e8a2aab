package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MetricsPageTest {
    private static final MetricsPage PAGE = MetricsPage.parse("""
            # HELP up Always.
            # TYPE up gauge
            up 1
            groups{state="a state with blanks"} 2
            groups{state="{other}"} 3.5E1

            groups_of_others 9
            """);

    @Test
    void numbersOfOneNameAreAddedUp() {
        assertThat(PAGE.value("up")).isEqualTo(1);
        assertThat(PAGE.value("groups")).isEqualTo(37);
    }

    @Test
    void aNameThatIsNotThereIsToldRatherThanZero() {
        assertThatThrownBy(() -> PAGE.value("nothing")).hasMessageContaining("nothing");
    }
}
