package io.sluice.broker.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.EventsOnly;
import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ConfigsStateTest {
    private static final Resource GROUP = new Resource(Kind.GROUP, "g");

    /** Remembers what is emitted. */
    private static final class Emitted extends EventsOnly {
        private final List<ByteBuffer> events = new ArrayList<>();

        @Override
        public void emit(ByteBuffer event) {
            events.add(event);
        }

        @Override
        public void afterCommit(Runnable onCommitted, Consumer<ErrorCode> onFailed) {
            throw new UnsupportedOperationException("nobody asked");
        }
    }

    private static ByteBuffer event(Resource resource, Map<String, String> configs) {
        Emitted emitted = new Emitted();
        new ConfigsState().emit(emitted, resource, configs);
        return emitted.events.getFirst();
    }

    @Property(tries = 200)
    void batchesThatCommitStandAndOthersLeaveNoTrace(@ForAll long seed) {
        Random random = new Random(seed);
        ConfigsState state = new ConfigsState();
        Map<Resource, Map<String, String>> reference = new HashMap<>();
        for (int batch = 0; batch < 40; batch++) {
            Map<Resource, Map<String, String>> after = new HashMap<>(reference);
            Deque<Runnable> undo = new ArrayDeque<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                Resource resource = anyResource(random);
                Map<String, String> configs = anyConfigs(random);
                after.put(resource, configs);
                after.values().removeIf(Map::isEmpty);
                state.apply(event(resource, configs), undo::push);
            }
            assertSame(state, after);
            if (random.nextBoolean()) {
                reference = after;
            } else {
                undo.forEach(Runnable::run);
            }
            assertSame(state, reference);
            ConfigsState other = new ConfigsState();
            other.apply(event(GROUP, Map.of("gone", "1")), UndoLog.NONE);
            other.restore(state.snapshot());
            assertSame(other, reference);
            assertThat(other.snapshot()).isEqualTo(state.snapshot());
        }
    }

    private static void assertSame(ConfigsState state, Map<Resource, Map<String, String>> reference) {
        Map<Resource, Map<String, String>> all = new HashMap<>();
        state.resources().forEach(resource -> all.put(resource, state.of(resource)));
        assertThat(all).isEqualTo(reference);
    }

    private static Resource anyResource(Random random) {
        return random.nextBoolean()
                ? new Resource(Kind.BROKER, random.nextBoolean() ? "" : "1")
                : new Resource(Kind.GROUP, "grüppe-" + random.nextInt(3));
    }

    private static Map<String, String> anyConfigs(Random random) {
        Map<String, String> configs = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            configs.put("config." + random.nextInt(5), "v" + random.nextInt());
        }
        return configs;
    }

    /** The bytes of format 1: a change here is a new format, with a reader for this one. */
    @Test
    void theFormatIsTheDocumentedOne() {
        ConfigsState state = new ConfigsState();
        state.apply(event(GROUP, Map.of("a", "5")), UndoLog.NONE);

        assertThat(hex(event(GROUP, Map.of("a", "5"))))
                .isEqualTo("01" + "02" + "00000001" + "67" + "00000001" + "00000001" + "61" + "00000001" + "35");
        assertThat(hex(event(new Resource(Kind.BROKER, ""), Map.of())))
                .isEqualTo("01" + "01" + "00000000" + "00000000");
        assertThat(hex(state.snapshot()))
                .isEqualTo("01" + "00000001" + "02" + "00000001" + "67" + "00000001" + "00000001" + "61" + "00000001"
                        + "35");
    }

    @Test
    void anEventCutShortBreaksAnInvariantAndNotTheHeap() {
        ByteBuffer whole = event(GROUP, Map.of("name", "value"));
        for (int length = 0; length < whole.limit(); length++) {
            ByteBuffer cut = whole.duplicate().limit(length);
            assertThatThrownBy(() -> new ConfigsState().apply(cut, UndoLog.NONE))
                    .isInstanceOf(BrokenInvariantException.class);
        }
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
