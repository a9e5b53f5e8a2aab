package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.HistoryReport.Violation;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class HistoryCheckerTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final ProduceHistory produced = new ProduceHistory();
    private final ReadHistory read = new ReadHistory();
    private final ReadHistory followed = new ReadHistory();

    @Test
    void aLogAsAcknowledgedIsClean() {
        acknowledged(0, 1);
        acknowledged(1, 2);
        found(0, 1);
        found(1, 2);
        assertThat(check().isClean()).isTrue();
    }

    @Test
    void anUnacknowledgedRecordMayBeThereOrNot() {
        produced.sent(PARTITION, 1);
        produced.sent(PARTITION, 2);
        found(0, 1);
        assertThat(check().isClean()).isTrue();
    }

    @Test
    void aMissingRecordIsLost() {
        acknowledged(0, 1);
        acknowledged(1, 2);
        found(0, 1);
        assertThat(check().counts()).isEqualTo(Map.of(Violation.LOST, 1L));
    }

    @Test
    void aChangedByteIsInventedAndTheRecordLost() {
        acknowledged(0, 1);
        byte[] value = TestPayload.valueOf(1);
        value[value.length - 1] ^= 1;
        read.saw(PARTITION, 0, value);
        assertThat(check().counts()).isEqualTo(Map.of(Violation.INVENTED, 1L, Violation.LOST, 1L));
    }

    @Test
    void aRecordOfAnotherPartitionIsInvented() {
        produced.sent(new TopicPartition("t", 1), 1);
        found(0, 1);
        assertThat(check().counts()).isEqualTo(Map.of(Violation.INVENTED, 1L));
    }

    @Test
    void aRecordThatIsThereTwiceIsDuplicated() {
        acknowledged(0, 1);
        found(0, 1);
        found(1, 1);
        assertThat(check().counts()).isEqualTo(Map.of(Violation.DUPLICATED, 1L));
    }

    @Test
    void anEarlierRecordBehindALaterOneIsReordered() {
        produced.sent(PARTITION, 1);
        produced.sent(PARTITION, 2);
        found(0, 2);
        found(1, 1);
        assertThat(check().counts()).isEqualTo(Map.of(Violation.REORDERED, 1L));
    }

    @Test
    void anotherOffsetThanAcknowledgedIsMisplaced() {
        acknowledged(1, 1);
        produced.sent(PARTITION, 2);
        found(0, 1);
        found(1, 2);
        assertThat(check().counts()).isEqualTo(Map.of(Violation.MISPLACED, 1L));
    }

    @Test
    void aSkippedOffsetIsAGap() {
        acknowledged(1, 1);
        found(1, 1);
        assertThat(check().counts()).isEqualTo(Map.of(Violation.GAP, 1L));
    }

    @Test
    void whatAReaderSawMustStayThere() {
        produced.sent(PARTITION, 1);
        followed.saw(PARTITION, 0, TestPayload.valueOf(1));
        assertThat(check().counts()).isEqualTo(Map.of(Violation.UNSEEN, 1L));
    }

    private void acknowledged(long offset, long identity) {
        produced.sent(PARTITION, identity);
        produced.acknowledged(PARTITION, offset, identity);
    }

    private void found(long offset, long identity) {
        read.saw(PARTITION, offset, TestPayload.valueOf(identity));
    }

    private HistoryReport check() {
        return HistoryChecker.check(produced, read, followed);
    }
}
