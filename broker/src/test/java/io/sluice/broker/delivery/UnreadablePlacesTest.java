package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.delivery.UnreadablePlaces.Place;
import io.sluice.common.TopicId;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class UnreadablePlacesTest {
    private final LongAdder failures = new LongAdder();
    private final UnreadablePlaces places = new UnreadablePlaces(failures);

    private static Place at(long offset) {
        return new Place(new TopicId(1, 2), 3, offset);
    }

    @Test
    void aPlaceIsNewsOnceUntilItWasRead() {
        assertThat(places.failed(at(7))).isTrue();
        assertThat(places.failed(at(7))).isFalse();
        assertThat(places.failed(at(8))).isTrue();

        assertThat(places.read(at(7))).isTrue();
        assertThat(places.read(at(7))).isFalse();
        assertThat(places.failed(at(7))).isTrue();
        assertThat(failures.sum()).isEqualTo(4);
    }

    @Test
    void soManyPlacesAreKeptInMind() {
        for (int offset = 0; offset <= UnreadablePlaces.PLACES_MAX; offset++) {
            assertThat(places.failed(at(offset))).isTrue();
        }

        assertThat(places.failed(at(1))).isFalse();
        assertThat(places.failed(at(0))).as("the oldest").isTrue();
    }
}
