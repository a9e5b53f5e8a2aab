package io.sluice.testkit.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.ReadHistory.Seen;
import io.sluice.testkit.TestPayload;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class ReadLedgerTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final ReadLedger ledger = new ReadLedger();

    @Test
    void whatOneGroupSawAnotherIsStillMissing() {
        saw("a", 0, 10);
        saw("a", 1, 11);
        saw("b", 1, 11);
        assertThat(ledger.missing("a", Map.of(PARTITION, 2L))).isZero();
        assertThat(ledger.missing("b", Map.of(PARTITION, 2L))).isEqualTo(1);
        assertThat(ledger.missing("c", Map.of(PARTITION, 2L))).isEqualTo(2);
    }

    @Test
    void readingARecordAgainIsNoContradictionReadingAnotherIs() {
        saw("a", 3, 10);
        saw("a", 3, 10);
        saw("b", 3, 10);
        assertThat(ledger.contradictions()).isZero();
        saw("b", 3, 11);
        assertThat(ledger.contradictions()).isEqualTo(1);
    }

    @Test
    void theHistoryHoldsEachRecordOnceWithBytesThatAreNobodysMarked() {
        saw("a", 2, 10);
        saw("b", 2, 10);
        ledger.saw("a", PARTITION, 5, new byte[] {1});
        assertThat(ledger.history().partitions()).containsExactly(PARTITION);
        assertThat(ledger.history().of(PARTITION)).containsExactly(new Seen(2, 10), new Seen(5, TestPayload.NOT_OURS));
    }

    private void saw(String group, long offset, long identity) {
        ledger.saw(group, PARTITION, offset, TestPayload.valueOf(identity));
    }
}
