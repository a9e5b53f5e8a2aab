package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EpochHistoryTest {
    private final EpochHistory history = EpochHistory.EMPTY.with(2, 0).with(5, 10);

    @Test
    void aPastEpochEndsWhereTheNextBegan() {
        assertThat(history.endOf(2, 7, 30)).isEqualTo(new EpochEnd(2, 10));
        assertThat(history.endOf(5, 7, 30)).isEqualTo(new EpochEnd(5, 30));
    }

    @Test
    void anEpochWithoutRecordsAnswersTheOneBelow() {
        assertThat(history.endOf(4, 7, 30)).isEqualTo(new EpochEnd(2, 10));
        assertThat(history.endOf(6, 7, 30)).isEqualTo(new EpochEnd(5, 30));
    }

    @Test
    void theCurrentEpochAnswersTheEndEvenWithoutRecords() {
        assertThat(history.endOf(7, 7, 30)).isEqualTo(new EpochEnd(7, 30));
        assertThat(EpochHistory.EMPTY.endOf(1, 1, 0)).isEqualTo(new EpochEnd(1, 0));
    }

    @Test
    void aFutureEpochIsUnknown() {
        assertThat(history.endOf(8, 7, 30)).isEqualTo(new EpochEnd(-1, -1));
    }

    @Test
    void anEpochBelowAllEndsWhereTheFirstBegan() {
        assertThat(history.endOf(1, 7, 30)).isEqualTo(new EpochEnd(1, 0));
    }

    @Test
    void epochsBelowTheStartAreForgotten() {
        EpochHistory cut = history.from(15);
        assertThat(cut.size()).isEqualTo(1);
        assertThat(cut.epoch(0)).isEqualTo(5);
        assertThat(cut.startOffset(0)).isEqualTo(15);
        assertThat(history.from(0)).isSameAs(history);
    }
}
