package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.EventsOnly;
import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.GroupCommand.GiveBackMode;
import io.sluice.broker.api.GroupCommand.References;
import io.sluice.broker.api.HandedEntries;
import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.ExpiryRule;
import io.sluice.broker.api.StreamCommand.NewId;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamTrim;
import io.sluice.broker.api.StreamView;
import io.sluice.broker.delivery.GroupChanges;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.log.batch.BatchLayout;
import io.sluice.replication.runtime.EntryItem;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is decided, taken back, journaled and replayed, and snapshots of it. */
final class StreamMachineTest {
    private static final byte[][] FIELDS = {{'a'}, {'1'}};

    /** Collects what one batch emits, and can take it back. */
    private static final class Batch extends EventsOnly {
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
        public void attach(EntryItem item) {
            ByteBuffer target = ByteBuffer.allocate(item.lengthBytes());
            item.write(target, 0);
            itemCount++;
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
        public OnceLimits onceLimits() {
            return random.nextBoolean() ? OnceLimits.STANDARD : new OnceLimits(1, 2);
        }

        @Override
        public SegmentSettings segments() {
            return new SegmentSettings(1 << 20, 1_000_000, 4_096);
        }

        @Override
        public boolean takeSpace(int lengthBytes) {
            return true;
        }

        @Override
        public TopicId newTopicId() {
            return new TopicId(random.nextLong(), random.nextLong());
        }

        @Override
        public StreamView view(StreamState state) {
            return new LocalStreamView(state, id -> Optional.empty(), 3, 0, OnceFigures.NONE);
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
            turn.settle();
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

    /** They look for another leader then; a coordinator is nothing to them. */
    @Test
    void aProducerIsToldThatThisNodeDoesNotLeadWhereNobodyDecides() {
        List<ErrorCode> told = new ArrayList<>();
        AddBatch.Waiting waiting = new AddBatch.Waiting() {
            @Override
            public void done(StreamTurn turn, ErrorCode error, long baseOffset) {
                throw new AssertionError("nothing was decided");
            }

            @Override
            public void failed(ErrorCode error) {
                told.add(error);
            }
        };
        ProducedBatch batch = new ProducedBatch(ByteBuffer.allocate(BatchLayout.RECORDS));
        AddBatch add =
                new AddBatch(new TopicId(1, 2), batch, new Rules(new Random(1)), id -> Optional.empty(), waiting);

        add.refused(ErrorCode.NOT_COORDINATOR);
        add.refused(ErrorCode.MESSAGE_TOO_LARGE);

        assertThat(told).containsExactly(ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.MESSAGE_TOO_LARGE);
    }

    /** Somebody who asks for all of it must not have the broker hold it. */
    @Test
    void ofManyPendingEntriesSomeAreToldAndAllAreCounted() {
        TopicId topicId = new TopicId(1, 2);
        StreamKey key = new StreamKey(0, new byte[] {'s'});
        StreamMachine machine = new StreamMachine();
        machine.apply(StreamEventCodec.encode(new StreamEvent.Made(topicId, key)), UndoLog.NONE);
        machine.apply(
                StreamEventCodec.encode(new StreamEvent.GroupMade(topicId, "g", EntryId.ZERO, 0, 0)), UndoLog.NONE);
        int count = GroupCommand.ENTRIES_MAX + 50_000;
        HandedEntries entries = new HandedEntries();
        for (int offset = 0; offset < count; offset++) {
            entries.add(offset, offset + 1, 0, 0, 0);
        }
        GroupChanges changes = new GroupChanges(Objects.requireNonNull(machine.group(topicId, "g")), 1_000).by("c");
        changes.handOut(entries, 0);
        machine.apply(
                StreamEventCodec.encode(new StreamEvent.GroupChanged(topicId, "g", changes.take())), UndoLog.NONE);
        Batch batch = new Batch(machine);
        Lookups lookups = new Lookups(id -> Optional.empty());
        StreamTurn turn = new StreamTurn(machine, batch, new Rules(new Random(1)), lookups, 0);

        StreamAnswer answer = turn.decide(StreamStep.of(new GroupCommand.DescribeGroups(key, Long.MAX_VALUE)));

        assertThat(answer).isInstanceOfSatisfying(GroupAnswer.Groups.class, groups -> {
            GroupAnswer.GroupSeen group = groups.groups().getFirst();
            assertThat(group.pendingCount()).isEqualTo(count);
            assertThat(group.pending()).hasSize(GroupCommand.ENTRIES_MAX);
            assertThat(group.consumers().getFirst().pendingCount()).isEqualTo(count);
            assertThat(group.consumers().getFirst().pending()).isEmpty();
        });
    }

    private static void decideSome(StreamMachine machine, Batch batch, Rules rules, Random random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            StreamTurn turn = new StreamTurn(machine, batch, rules, new Lookups(id -> Optional.empty()), 0);
            for (int step = random.nextInt(5); step >= 0; step--) {
                turn.decide(StreamStep.of(command(random)));
            }
            turn.settle();
            StreamState source = machine.find(key(random));
            StreamKey target = key(random);
            if (random.nextInt(6) == 0 && source != null && machine.find(target) == null) {
                turn.emit(new StreamEvent.Copied(rules.newTopicId(), source.topicId(), target));
            }
            if (random.nextInt(5) == 0) {
                machine.once().dueWallMs().keySet().forEach(turn.once()::forgetIfDue);
            }
        }
    }

    private static StreamCommand command(Random random) {
        StreamKey key = key(random);
        return switch (random.nextInt(20)) {
            case 14 -> new StreamCommand.SwapDatabases(random.nextInt(2), random.nextInt(2));
            case 15 -> new StreamCommand.LimitOnce(key, Optional.of(1 + random.nextInt(2)), Optional.empty());
            case 16, 17, 18 ->
                new StreamCommand.Add(
                        key, true, NewId.Automatic.INSTANCE, List.of(FIELDS), trim(random), Optional.of(once(random)));
            case 19 ->
                random.nextInt(4) > 0
                        ? new StreamCommand.Look(key)
                        : new StreamCommand.RemoveAll(List.of(random.nextInt(2)), each -> each.name()[0] != 'c');
            case 8 -> new GroupCommand.CreateGroup(key, "g", Optional.of(id(random)), random.nextBoolean(), -1);
            case 9 -> read(key, random);
            case 10 -> new GroupCommand.Acknowledge(key, "g", List.of(id(random), id(random)));
            case 11 -> new GroupCommand.ClaimIdle(key, "g", "b", 0, id(random), 2, random.nextBoolean());
            case 12 -> ofGroup(key, random);
            case 13 -> new GroupCommand.SetPosition(key, "g", Optional.of(id(random)), -1);
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

    private static StreamCommand.Once once(Random random) {
        byte[] producer = {(byte) random.nextInt(2)};
        byte[] id = {(byte) random.nextInt(5)};
        return new StreamCommand.Once(producer, random.nextInt(5) == 0 ? Optional.empty() : Optional.of(id));
    }

    private static GroupCommand read(StreamKey key, Random random) {
        Optional<EntryId> after = random.nextInt(3) == 0 ? Optional.of(EntryId.ZERO) : Optional.empty();
        return new GroupCommand.ReadGroup(
                List.of(new GroupCommand.From(key, after)),
                "g",
                "c" + random.nextInt(2),
                1 + random.nextInt(3),
                random.nextInt(5) == 0,
                random.nextInt(3) - 1);
    }

    private static GroupCommand ofGroup(StreamKey key, Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new GroupCommand.DestroyGroup(key, "g");
            case 1 -> new GroupCommand.RemoveConsumer(key, "g", "c" + random.nextInt(2));
            case 2 -> new GroupCommand.CreateConsumer(key, "g", "b");
            case 3 ->
                new GroupCommand.GiveBack(key, "g", GiveBackMode.FATAL, List.of(id(random)), -1, random.nextBoolean());
            default -> new GroupCommand.DeleteReferenced(key, List.of(id(random)), References.DELETE);
        };
    }

    /** Of entries that were added in the first moments, mostly. */
    private static EntryId id(Random random) {
        return new EntryId(1_000 + random.nextInt(100), random.nextInt(3));
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
                : Optional.of(new StreamTrim(
                        new StreamTrim.Newest(random.nextInt(4)),
                        random.nextBoolean(),
                        0,
                        References.values()[random.nextInt(References.values().length)]));
    }

    private static StreamKey key(Random random) {
        return new StreamKey(random.nextInt(2), new byte[] {(byte) ('a' + random.nextInt(3))});
    }
}
