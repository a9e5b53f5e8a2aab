package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.ExpiryRule;
import io.sluice.broker.api.StreamCommand.NewId;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamTrim;
import io.sluice.broker.api.StreamView;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.EntryItem;
import io.sluice.replication.runtime.EventBatch;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is decided, taken back, journaled and replayed, and snapshots of it. */
final class StreamMachineTest {
    private static final byte[][] FIELDS = {{'a'}, {'1'}};

    /** Collects what one batch emits, and can take it back. */
    private static final class Batch implements Decision {
        private final StreamMachine machine;
        private final List<ByteBuffer> events = new ArrayList<>();
        private final Deque<Runnable> inverses = new ArrayDeque<>();
        private int itemCount;

        Batch(StreamMachine machine) {
            this.machine = machine;
        }

        @Override
        public void emit(ByteBuffer event) {
            events.add(event);
            machine.apply(event.duplicate(), inverses::push);
        }

        @Override
        public void append(EventBatch.Append append) {
            throw new AssertionError("entries are attached");
        }

        @Override
        public void attach(EntryItem item) {
            ByteBuffer target = ByteBuffer.allocate(item.lengthBytes());
            item.write(target, 0);
            itemCount++;
        }

        @Override
        public void expect(int lengthBytes) {}

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void afterCommit(Runnable onCommitted, Consumer<ErrorCode> onFailed) {}

        void takeBack() {
            inverses.forEach(Runnable::run);
        }
    }

    private static final class Rules implements StreamRules {
        private final Random random;
        private long wallMs = 1_000;

        Rules(Random random) {
            this.random = random;
        }

        @Override
        public Clock clock() {
            return new Clock() {
                @Override
                public long wallMs() {
                    return wallMs;
                }

                @Override
                public long nanoTime() {
                    return 0;
                }
            };
        }

        @Override
        public int keysMax() {
            return 4;
        }

        @Override
        public int blockEntries() {
            return 3;
        }

        @Override
        public SegmentSettings segments() {
            return new SegmentSettings(1 << 20, 1_000_000, 4_096);
        }

        @Override
        public TopicId newTopicId() {
            return new TopicId(random.nextLong(), random.nextLong());
        }

        @Override
        public StreamView view(StreamState state) {
            return new LocalStreamView(state, id -> Optional.empty(), 3);
        }
    }

    @Property(tries = 100)
    void whatIsJournaledIsTheStateAndWhatIsTakenBackLeavesNoTrace(@ForAll long seed) {
        Random random = new Random(seed);
        Rules rules = new Rules(random);
        StreamMachine machine = new StreamMachine();
        StreamMachine follower = new StreamMachine();
        for (int i = 0; i < 40; i++) {
            rules.wallMs += random.nextInt(50);
            ByteBuffer before = machine.snapshot();
            Batch batch = new Batch(machine);
            decideSome(machine, batch, rules, random);
            if (random.nextInt(3) == 0) {
                batch.takeBack();
                assertThat(machine.snapshot()).isEqualTo(before);
                continue;
            }
            machine.completing(batch);
            batch.events.forEach(event -> follower.apply(event.duplicate(), UndoLog.NONE));
            assertThat(follower.snapshot()).isEqualTo(machine.snapshot());
            StreamMachine restored = new StreamMachine();
            restored.restore(machine.snapshot());
            assertThat(restored.snapshot()).isEqualTo(machine.snapshot());
        }
    }

    @Property(tries = 50)
    void idsRiseWhateverIsAddedAndRemoved(@ForAll long seed) {
        Random random = new Random(seed);
        Rules rules = new Rules(random);
        StreamMachine machine = new StreamMachine();
        StreamKey key = new StreamKey(0, new byte[] {'s'});
        EntryId last = EntryId.ZERO;
        for (int i = 0; i < 200; i++) {
            rules.wallMs += random.nextInt(3) - 1;
            Batch batch = new Batch(machine);
            StreamTurn turn = new StreamTurn(machine, batch, rules, new Lookups(id -> Optional.empty()), 0);
            StreamCommand add = new StreamCommand.Add(key, true, newId(random, last), List.of(FIELDS), trim(random));
            StreamAnswer answer = turn.decide(StreamStep.of(add));
            if (answer instanceof StreamAnswer.Id id) {
                assertThat(id.id().isAfter(last)).isTrue();
                last = id.id();
                StreamState state = machine.find(key);
                assertThat(state.lastId()).isEqualTo(last);
                assertThat(state.endOffset()).isEqualTo(state.entriesAdded());
            }
            machine.completing(batch);
        }
        assertThat(machine.find(key).entriesAdded()).isGreaterThan(50);
    }

    private static void decideSome(StreamMachine machine, Batch batch, Rules rules, Random random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            StreamTurn turn = new StreamTurn(machine, batch, rules, new Lookups(id -> Optional.empty()), 0);
            for (int step = random.nextInt(5); step >= 0; step--) {
                turn.decide(StreamStep.of(command(random)));
            }
        }
    }

    private static StreamCommand command(Random random) {
        StreamKey key = key(random);
        return switch (random.nextInt(8)) {
            case 0 -> new StreamCommand.RemoveKey(key);
            case 1 -> new StreamCommand.Rename(key, key(random), random.nextBoolean());
            case 2 -> new StreamCommand.Expire(key, random.nextInt(4_000), ExpiryRule.ALWAYS);
            case 3 ->
                new StreamCommand.Trim(key, trim(random).orElse(new StreamTrim(new StreamTrim.Newest(1), true, 0)));
            default ->
                new StreamCommand.Add(
                        key, random.nextInt(5) > 0, NewId.Automatic.INSTANCE, List.of(FIELDS), trim(random));
        };
    }

    private static NewId newId(Random random, EntryId last) {
        return switch (random.nextInt(3)) {
            case 0 -> NewId.Automatic.INSTANCE;
            case 1 -> new NewId.OfTime(last.ms() + random.nextInt(3) - 1);
            default -> new NewId.Exactly(new EntryId(last.ms() + random.nextInt(2), random.nextInt(3)));
        };
    }

    private static Optional<StreamTrim> trim(Random random) {
        return random.nextInt(3) > 0
                ? Optional.empty()
                : Optional.of(new StreamTrim(new StreamTrim.Newest(random.nextInt(4)), random.nextBoolean(), 0));
    }

    private static StreamKey key(Random random) {
        return new StreamKey(random.nextInt(2), new byte[] {(byte) ('a' + random.nextInt(3))});
    }
}
