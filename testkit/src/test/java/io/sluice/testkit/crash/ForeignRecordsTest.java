package io.sluice.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.crash.ForeignRecords.Place;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A check that cannot fail proves nothing. */
class ForeignRecordsTest {
    private final ForeignRecords records = new ForeignRecords();

    private static String said(String name, int value, int partition, long offset) {
        return "{\"timestamp\":1,\"name\":\"%s\",\"key\":null,\"value\":\"%d\",\"topic\":\"t\",\"partition\":%d,\"offset\":%d}"
                .formatted(name, value, partition, offset);
    }

    @BeforeEach
    void twoRecordsAreAcknowledgedAndConsumed() {
        for (int value : new int[] {0, 1}) {
            records.heard(said("producer_send_success", value, value, 7));
            records.heard(said("record_data", value, value, 7));
        }
        records.heard("{\"name\":\"startup_complete\"}");
    }

    @Test
    void whatIsThereAsItWasToldIsRight() {
        assertThat(records.compareWith(Map.of(new Place(0, 7), 0, new Place(1, 7), 1)))
                .isEmpty();
    }

    @Test
    void aRecordThatWasNeverAcknowledgedMayBeThereIfItWasConsumed() {
        records.heard(said("record_data", 2, 1, 8));

        assertThat(records.compareWith(Map.of(new Place(0, 7), 0, new Place(1, 7), 1, new Place(1, 8), 2)))
                .isEmpty();
    }

    @Test
    void aLostOneIsFound() {
        assertThat(records.compareWith(Map.of(new Place(0, 7), 0)))
                .hasSize(2)
                .contains("Place[partition=1, offset=7] has null, 1 was acknowledged");
    }

    @Test
    void anotherAtItsOffsetIsFound() {
        assertThat(records.compareWith(Map.of(new Place(0, 7), 0, new Place(1, 7), 3)))
                .contains("Place[partition=1, offset=7] has 3, 1 was acknowledged");
    }

    @Test
    void oneThatIsThereTwiceIsFound() {
        records.heard(said("record_data", 1, 1, 8));

        assertThat(records.compareWith(Map.of(new Place(0, 7), 0, new Place(1, 7), 1, new Place(1, 8), 1)))
                .singleElement()
                .asString()
                .startsWith("1 is there twice");
    }

    @Test
    void oneThatWasNotConsumedIsFound() {
        assertThat(records.compareWith(Map.of(new Place(0, 7), 0, new Place(1, 7), 1, new Place(0, 8), 2)))
                .containsExactly("Place[partition=0, offset=8] has 2, null was consumed");
    }

    @Test
    void anOldRepeatHasNoOffsetAndMustBeSomewhere() {
        records.heard("{\"name\":\"producer_send_success\",\"value\":\"2\",\"partition\":1,\"offset\":null}");
        records.heard(said("record_data", 2, 1, 8));

        assertThat(records.acknowledged()).isEqualTo(3);
        assertThat(records.compareWith(Map.of(new Place(0, 7), 0, new Place(1, 7), 1, new Place(1, 8), 2)))
                .isEmpty();
        assertThat(records.compareWith(Map.of(new Place(0, 7), 0, new Place(1, 7), 1)))
                .contains("2 was acknowledged and is nowhere");
    }

    @Test
    void silenceIsFound() {
        assertThat(new ForeignRecords().compareWith(Map.of())).containsExactly("nothing was ever acknowledged");
    }

    @Test
    void aLineOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> records.heard("{\"name\":\"record_data\",\"value\":\"1\"}"))
                .hasMessageContaining("partition");
    }
}
