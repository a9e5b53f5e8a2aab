package io.sluice.testkit.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.HistoryReport;
import io.sluice.testkit.HistoryReport.Violation;
import io.sluice.testkit.soak.Bar.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SoakOutcomeTest {
    private static final HistoryReport WHOLE = new HistoryReport(10, 10, Map.of(), List.of());
    private static final HistoryReport HOLED = new HistoryReport(10, 9, Map.of(Violation.LOST, 1L), List.of());
    private static final Bar HELD = new Bar("threads", 3, Rule.AT_MOST, 3);

    @Test
    void nothingLostAndEveryBarHeldIsClean() {
        assertThat(new SoakOutcome(WHOLE, WHOLE, List.of(HELD), List.of()).isClean())
                .isTrue();
    }

    @Test
    void aLostRecordOfAnyTopicIsNotClean() {
        assertThat(new SoakOutcome(HOLED, WHOLE, List.of(HELD), List.of()).isClean())
                .isFalse();
        assertThat(new SoakOutcome(WHOLE, HOLED, List.of(HELD), List.of()).isClean())
                .isFalse();
    }

    @Test
    void aMissedBarIsNotCleanAndIsNamed() {
        Bar missed = new Bar("sockets", 4, Rule.AT_MOST, 3);
        SoakOutcome outcome = new SoakOutcome(WHOLE, WHOLE, List.of(HELD, missed), List.of());
        assertThat(outcome.isClean()).isFalse();
        assertThat(outcome.missed()).containsExactly(missed);
        assertThat(outcome.toString()).contains("MISSED sockets");
    }

    @Test
    void aFigureThatIsNoNumberHoldsNoBar() {
        for (Rule rule : Rule.values()) {
            assertThat(new Bar("heap", Double.NaN, rule, 0).isHeld()).isFalse();
        }
    }
}
