package io.sluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RollSettingsTest {
    private static final SegmentSettings FIRST = new SegmentSettings(1, 1, 1);
    private static final SegmentSettings SECOND = new SegmentSettings(2, 2, 2);
    private static final SegmentSettings THIRD = new SegmentSettings(3, 3, 3);

    @Test
    void theNewestAtOrBelowABatchDecides() {
        RollSettings rolls = RollSettings.always(FIRST).with(SECOND, 10, 0).with(THIRD, 20, 0);

        assertThat(rolls.at(0)).isEqualTo(FIRST);
        assertThat(rolls.at(9)).isEqualTo(FIRST);
        assertThat(rolls.at(10)).isEqualTo(SECOND);
        assertThat(rolls.at(19)).isEqualTo(SECOND);
        assertThat(rolls.at(20)).isEqualTo(THIRD);
    }

    @Test
    void ofTwoChangesAtOneOffsetTheLaterCounts() {
        RollSettings rolls = RollSettings.always(FIRST).with(SECOND, 10, 0).with(THIRD, 10, 0);

        assertThat(rolls.at(9)).isEqualTo(FIRST);
        assertThat(rolls.at(10)).isEqualTo(THIRD);
    }

    @Test
    void whatIsWrittenNeedsNoSettingsAnyMore() {
        RollSettings rolls = RollSettings.always(FIRST);
        for (int change = 1; change <= 1_000; change++) {
            rolls = rolls.with(SECOND, change, change - 1);
        }
        int kept = 0;
        for (RollSettings each = rolls; each != null; each = each.earlier()) {
            kept++;
        }
        assertThat(kept).isLessThanOrEqualTo(2);
    }
}
