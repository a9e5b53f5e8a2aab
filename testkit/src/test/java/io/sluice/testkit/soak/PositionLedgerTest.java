package io.sluice.testkit.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class PositionLedgerTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final PositionLedger ledger = new PositionLedger();

    @Test
    void anAnswerAtOrAheadOfWhatWasCommittedIsRight() {
        committed(5);
        audited(known(), 5);
        audited(known(), 9);
        assertThat(ledger.regressions()).isZero();
    }

    @Test
    void anAnswerBehindIsNot() {
        committed(5);
        audited(known(), 4);
        assertThat(ledger.regressions()).isEqualTo(1);
        assertThat(ledger.examples()).hasSize(1);
    }

    @Test
    void aPositionThatIsGoneIsNot() {
        committed(5);
        ledger.audit("g", known(), Map.of());
        assertThat(ledger.regressions()).isEqualTo(1);
    }

    @Test
    void anAnswerIsAFloorForTheNext() {
        committed(5);
        audited(known(), 9);
        audited(known(), 8);
        assertThat(ledger.regressions()).isEqualTo(1);
    }

    @Test
    void aCommitThatIsNotedWhileTheBrokerAnswersDoesNotCountAgainstTheAnswer() {
        committed(5);
        Map<TopicPartition, Long> before = known();
        committed(7);
        audited(before, 5);
        assertThat(ledger.regressions()).isZero();
    }

    private void committed(long offset) {
        ledger.committed("g", Map.of(PARTITION, new OffsetAndMetadata(offset)));
    }

    private Map<TopicPartition, Long> known() {
        return ledger.snapshot().getOrDefault("g", Map.of());
    }

    private void audited(Map<TopicPartition, Long> known, long offset) {
        ledger.audit("g", known, Map.of(PARTITION, new OffsetAndMetadata(offset)));
    }
}
