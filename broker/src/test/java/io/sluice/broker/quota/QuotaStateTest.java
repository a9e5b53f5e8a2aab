package io.sluice.broker.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntity.Kind;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.quota.QuotaEvent.QuotaRemoved;
import io.sluice.broker.quota.QuotaEvent.QuotaSet;
import io.sluice.common.BrokenInvariantException;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class QuotaStateTest {
    private final QuotaTable table = new QuotaTable();
    private final QuotaState state = new QuotaState(table);

    /** What is set, told as simply as possible. */
    private static final class Reference {
        private final Map<QuotaEntity, Map<QuotaKey, Double>> quotas = new TreeMap<>();

        Reference copy() {
            Reference copy = new Reference();
            quotas.forEach((entity, values) -> copy.quotas.put(entity, new HashMap<>(values)));
            return copy;
        }

        void apply(QuotaEvent event) {
            Map<QuotaKey, Double> values = quotas.computeIfAbsent(event.entity(), entity -> new HashMap<>());
            switch (event) {
                case QuotaSet set -> values.put(set.key(), set.value());
                case QuotaRemoved removed -> values.remove(removed.key());
            }
            quotas.values().removeIf(Map::isEmpty);
        }
    }

    @Property(tries = 200)
    void batchesThatCommitStandAndOthersLeaveNoTrace(@ForAll long seed) {
        Random random = new Random(seed);
        QuotaState any = new QuotaState(new QuotaTable());
        Reference reference = new Reference();
        for (int batch = 0; batch < 40; batch++) {
            Reference after = reference.copy();
            Deque<Runnable> undo = new ArrayDeque<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                QuotaEvent event = anyEvent(random);
                after.apply(event);
                any.apply(QuotaCodec.encode(event), undo::push);
            }
            assertThat(contents(any)).isEqualTo(after.quotas);
            if (random.nextBoolean()) {
                reference = after;
            } else {
                undo.forEach(Runnable::run);
            }
            assertThat(contents(any)).isEqualTo(reference.quotas);
        }
    }

    @Property(tries = 100)
    void aSnapshotRestoresEverythingAndReplacesWhatWasThereAndIsTold(@ForAll long seed) {
        Random random = new Random(seed);
        QuotaTable told = new QuotaTable();
        QuotaTable toldLater = new QuotaTable();
        QuotaState any = new QuotaState(told);
        QuotaState other = new QuotaState(toldLater);
        Reference reference = new Reference();
        for (int i = 0; i < 60; i++) {
            QuotaEvent event = anyEvent(random);
            reference.apply(event);
            any.apply(QuotaCodec.encode(event), UndoLog.NONE);
            if (random.nextInt(10) == 0) {
                ByteBuffer snapshot = any.snapshot();
                other.restore(snapshot);
                assertThat(other.snapshot()).isEqualTo(snapshot);
                assertThat(published(toldLater)).isEqualTo(reference.quotas);
            }
        }
        assertThat(published(told)).isEqualTo(reference.quotas);
        for (QuotaKey key : QuotaKey.values()) {
            boolean isSet = reference.quotas.values().stream().anyMatch(values -> values.containsKey(key));
            assertThat(told.isLimited(key)).isEqualTo(isSet);
        }
    }

    @Property(tries = 200)
    void anEventCutShortBreaksAnInvariantAndNotTheHeap(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer whole = QuotaCodec.encode(anyEvent(random));
        ByteBuffer cut = whole.duplicate().limit(random.nextInt(whole.limit()));

        assertThatThrownBy(() -> QuotaCodec.decode(cut)).isInstanceOf(BrokenInvariantException.class);
    }

    @Test
    void whatIsDecidedHereIsNotToldBeforeItCommits() {
        QuotaEntity user = QuotaEntity.of(Kind.USER, Optional.of("u"));

        state.apply(QuotaCodec.encode(new QuotaSet(user, QuotaKey.PRODUCER_BYTE_RATE, 5)), inverse -> {});

        assertThat(state.of(user)).containsEntry(QuotaKey.PRODUCER_BYTE_RATE, 5.0);
        assertThat(table.of(user)).isEmpty();
    }

    /** The bytes of format 1: a change here is a new format, with a reader for this one. */
    @Test
    void theFormatIsTheDocumentedOne() {
        QuotaEntity both = QuotaEntity.ofBoth(Optional.of("u"), Optional.empty());
        QuotaEvent set = new QuotaSet(both, QuotaKey.CONSUMER_BYTE_RATE, 1.0);
        state.apply(QuotaCodec.encode(set), UndoLog.NONE);

        assertThat(hex(QuotaCodec.encode(set)))
                .isEqualTo("01" + "02" + "0101" + "00000001" + "75" + "0200" + "02" + "3ff0000000000000");
        assertThat(hex(QuotaCodec.encode(new QuotaRemoved(
                        QuotaEntity.of(Kind.IP, Optional.empty()), QuotaKey.CONNECTION_CREATION_RATE))))
                .isEqualTo("02" + "01" + "0300" + "05");
        assertThat(hex(state.snapshot()))
                .isEqualTo("01" + "00000001" + "02" + "0101" + "00000001" + "75" + "0200" + "01" + "02"
                        + "3ff0000000000000");
    }

    private static Map<QuotaEntity, Map<QuotaKey, Double>> contents(QuotaState state) {
        return QuotaCodec.restore(state.snapshot());
    }

    private static Map<QuotaEntity, Map<QuotaKey, Double>> published(QuotaTable table) {
        Map<QuotaEntity, Map<QuotaKey, Double>> all = new TreeMap<>();
        table.all().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
        return all;
    }

    private static QuotaEvent anyEvent(Random random) {
        QuotaEntity entity = anyEntity(random);
        QuotaKey key = entity.parts().containsKey(Kind.IP)
                ? QuotaKey.CONNECTION_CREATION_RATE
                : QuotaKey.values()[random.nextInt(4)];
        return random.nextInt(3) == 0
                ? new QuotaRemoved(entity, key)
                : new QuotaSet(entity, key, 1 + random.nextInt(1_000_000));
    }

    private static QuotaEntity anyEntity(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> QuotaEntity.of(Kind.USER, anyName(random, "usér-"));
            case 1 -> QuotaEntity.of(Kind.CLIENT_ID, anyName(random, "client-"));
            case 2 -> QuotaEntity.ofBoth(anyName(random, "user-"), anyName(random, "client-"));
            default -> QuotaEntity.of(Kind.IP, anyName(random, "10.0.0."));
        };
    }

    private static Optional<String> anyName(Random random, String prefix) {
        return random.nextInt(4) == 0 ? Optional.empty() : Optional.of(prefix + random.nextInt(3));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
