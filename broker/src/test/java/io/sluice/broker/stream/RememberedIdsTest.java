package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.StreamCommand.Once;
import io.sluice.replication.runtime.UndoLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RememberedIdsTest {
    private final RememberedIds ids = new RememberedIds();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static OnceKey key(String producer, String id) {
        return OnceKey.of(new Once(bytes(producer), Optional.of(bytes(id))), List.of());
    }

    private static OnceKey ofContent(String... fields) {
        return OnceKey.of(
                new Once(bytes("p"), Optional.empty()),
                Arrays.stream(fields).map(RememberedIdsTest::bytes).toList());
    }

    private void add(String producer, String id, long seq, long wallMs) {
        ids.add(key(producer, id), new EntryId(1, seq), wallMs, UndoLog.NONE);
    }

    @Test
    void eachProducerHasItsOwnIdsAndTheOldestOfThemGoFirst() {
        ids.limit(new OnceLimits(10, 2), UndoLog.NONE);
        add("p", "a", 1, 0);
        add("q", "a", 2, 0);
        add("p", "b", 3, 1);
        add("p", "c", 4, 2);

        assertThat(ids.find(key("p", "a"), 3)).isEmpty();
        assertThat(ids.find(key("p", "b"), 3)).contains(new EntryId(1, 3));
        assertThat(ids.find(key("q", "a"), 3)).contains(new EntryId(1, 2));
        assertThat(ids.figures()).isEqualTo(new OnceFigures(new OnceLimits(10, 2), 2, 3, 4, 0));
    }

    @Test
    void whatIsOlderThanTheDurationIsNotKnownAndForgotten() {
        ids.limit(new OnceLimits(1, 10), UndoLog.NONE);
        add("p", "a", 1, 0);
        add("p", "b", 2, 500);

        assertThat(ids.find(key("p", "a"), 999)).isPresent();
        assertThat(ids.find(key("p", "a"), 1_000)).isEmpty();
        ids.forget(0, UndoLog.NONE);
        assertThat(ids.tracked()).isEqualTo(1);
        assertThat(ids.oldestMs()).isEqualTo(500);
    }

    @Test
    void anEntryIsRememberedAnewOnceItsTimeWasOverEvenIfTheClockWentBack() {
        ids.limit(new OnceLimits(1, 10), UndoLog.NONE);
        add("p", "late", 1, 5_000);
        add("p", "a", 2, 3_900);
        add("p", "a", 3, 5_000);

        assertThat(ids.find(key("p", "a"), 5_001)).contains(new EntryId(1, 3));
        assertThat(ids.tracked()).isEqualTo(2);
    }

    @Test
    void contentIsTheSameInWhateverOrderItsPairsAre() {
        assertThat(ofContent("a", "1", "b", "2")).isEqualTo(ofContent("b", "2", "a", "1"));
        assertThat(ofContent("a", "1", "b", "2")).isNotEqualTo(ofContent("a", "2", "b", "1"));
        assertThat(ofContent("ab", "c")).isNotEqualTo(ofContent("a", "bc"));
        assertThat(ofContent("a", "1")).isNotEqualTo(ofContent("a", "1", "a", "1"));
    }
}
