package io.sluice.cli.letters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LetterLotTest {
    @Test
    void aLotIsFullOfManyLettersOrOfLargeOnes() {
        LetterLot lot = new LetterLot(3);
        assertThat(lot.isFullWith(letter(1))).isFalse();
        assertThat(lot.isFullWith(letter(1))).isFalse();
        assertThat(lot.isFullWith(letter(1))).isTrue();
        lot.clear();
        assertThat(lot.isFullWith(letter(9 << 20))).isFalse();
        assertThat(lot.isFullWith(letter(9 << 20))).isTrue();
    }

    private static DeadLetter letter(int valueBytes) {
        return DeadLetter.of(new ConsumerRecord<>(
                "t",
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                valueBytes,
                null,
                new byte[0],
                new RecordHeaders(),
                Optional.empty()));
    }
}
