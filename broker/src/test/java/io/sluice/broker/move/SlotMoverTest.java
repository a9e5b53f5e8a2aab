package io.sluice.broker.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand;
import io.sluice.broker.cluster.ClusterCommands;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.ClusterState;
import io.sluice.broker.cluster.NodeRecord;
import io.sluice.broker.cluster.ShardRecord;
import io.sluice.broker.cluster.SlotTable;
import io.sluice.broker.group.GroupCoordinator;
import io.sluice.broker.group.GroupSettings;
import io.sluice.broker.group.GroupShards;
import io.sluice.broker.group.SlotMoves;
import io.sluice.broker.group.TopicView;
import io.sluice.broker.group.stored.SlotResidence;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerService;
import io.sluice.common.PeerServices;
import io.sluice.replication.runtime.CommandRunner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Slots of groups go to other shards while groups commit, topics are deleted, and leaders change in the middle of a move. */
final class SlotMoverTest {
    private static final int GROUPS = 150;
    private static final int FIRST = GroupCoordinator.FIRST_SHARD;
    private static final int DEFAULT_TOPICS = 4;

    @Property(tries = 150)
    void noGroupLosesWhatItCommittedWhicheverLeadersChangeMeanwhile(@ForAll long seed) {
        World world = new World(new Random(seed));
        for (int step = 0; step < 400; step++) {
            world.doSomething();
            world.checkThatNobodyServesASlotTwice();
        }
        world.settle();
        world.checkEverything();
    }

    @Test
    void slotsSpreadOverAllShards() {
        World world = new World(new Random(1));
        world.settle();
        SlotTable slots = world.cluster.image().slots();
        List<Integer> shards =
                world.cluster.image().dataShards().stream().map(ShardRecord::id).toList();
        assertThat(shards).hasSize(3);
        assertThat(shards).allSatisfy(shard -> assertThat(slots.count(shard)).isBetween(21L, 22L));
    }

    @Test
    void aSlotThatNobodyTakesOverIsServedWhereItWasAgain() {
        World world = new World(new Random(1));
        world.commit("orders", "t0", 5);
        world.awaitBeginning();
        SlotTable.Move move = world.cluster.image().slots().moving().orElseThrow();
        assertThat(world.moves
                        .seal(move.from(), move.slot(), move.number())
                        .join()
                        .isOk())
                .isTrue();
        world.isDown.add(move.to());

        world.mover.look();
        world.nowNs += TimeUnit.SECONDS.toNanos(11);
        world.mover.look();
        world.mover.look();

        assertThat(world.cluster.image().slots().staying()).containsExactly(move.slot());
        assertThat(world.moves.residence(move.from(), move.slot()))
                .contains(new SlotResidence(SlotResidence.Stage.OPEN, move.number()));
        assertThat(world.cluster.image().slots().place(move.slot()).shard()).isEqualTo(move.from());
    }

    @Test
    void whatAGroupCommittedForATopicThatIsGoneDoesNotComeAlong() {
        World world = new World(new Random(1));
        world.awaitBeginning();
        SlotTable.Move move = world.cluster.image().slots().moving().orElseThrow();
        String group = IntStream.range(0, 10_000)
                .mapToObj(i -> "g" + i)
                .filter(name -> GroupCoordinator.slotOf(name) == move.slot())
                .findFirst()
                .orElseThrow();
        world.commit(group, "t0", 5);
        world.commit(group, "t1", 6);
        world.topics.remove("t0");

        world.mover.look();
        world.mover.look();

        assertThat(world.cluster.image().slots().place(move.slot()).shard()).isEqualTo(move.to());
        assertThat(world.committed(group)).isEqualTo(Map.of("t1", 6L));
    }

    /** Three shards, all led here, each with a clock of its own. */
    private static final class World implements GroupShards, SlotPlaces, PeerServices, Clock {
        final ClusterState cluster = new ClusterState(3);
        final AtOnceRunner metadata = new AtOnceRunner(List.of(cluster), 1_000);
        final ClusterCommands commands = new ClusterCommands(cluster, metadata);
        final GroupCoordinator groups;
        final SlotMoves moves;
        final SlotMover mover;
        final Set<String> topics = new HashSet<>();
        final Set<Integer> isDown = new HashSet<>();
        private final Map<Integer, AtOnceRunner> shards = new TreeMap<>();
        private final Map<String, Map<String, Long>> expected = new HashMap<>();
        private final Random random;
        private final Random ids = new Random(7);
        private boolean mayDie;
        private long nowNs;

        World(Random random) {
            this.random = random;
            groups = new GroupCoordinator(this, GroupSettings.DEFAULT, TopicView.NONE, ids);
            moves = new SlotMoves(groups);
            mover = new SlotMover(1, this, this, this, Thread::new);
            for (int i = 0; i < DEFAULT_TOPICS; i++) {
                topics.add("t" + i);
            }
            NodeRecord node = new NodeRecord(1, "host", 9_001, Optional.empty(), Map.of(), 1, NodeRecord.LEVEL_MOST);
            run(new ClusterCommand.Found(node, Map.of(0, List.of(1), FIRST, List.of(1)), 1));
            openShards();
        }

        /** Those that the metadata has and nobody keeps yet, and their leaders. */
        private void openShards() {
            for (ShardRecord shard : cluster.image().dataShards()) {
                shards.computeIfAbsent(
                        shard.id(),
                        id -> new AtOnceRunner(groups.machines(id), 1_000_000L * id + random.nextInt(1_000)));
                if (shard.leader() != 1) {
                    run(new ClusterCommand.Report(shard.id(), 1, 1));
                }
            }
        }

        void awaitBeginning() {
            while (cluster.image().slots().moving().isEmpty()) {
                passTime();
            }
        }

        private void passTime() {
            metadata.advance(200);
            openShards();
            shards.values().forEach(shard -> shard.advance(random.nextInt(300)));
        }

        void doSomething() {
            switch (random.nextInt(12)) {
                case 0, 1 -> passTime();
                case 2, 3, 4 -> commitSomething();
                case 5 -> failOver();
                case 6 -> deleteATopic();
                case 7 -> topics.add("t" + random.nextInt(DEFAULT_TOPICS));
                case 8 -> nowNs += TimeUnit.SECONDS.toNanos(random.nextInt(6));
                case 9 -> lookAndPerhapsDie();
                default -> mover.look();
            }
        }

        private void commitSomething() {
            if (!topics.isEmpty()) {
                List<String> there = topics.stream().sorted().toList();
                commit(
                        "group" + random.nextInt(GROUPS),
                        there.get(random.nextInt(there.size())),
                        random.nextInt(1_000));
            }
        }

        void commit(String group, String topic, long offset) {
            TopicPartition partition = new TopicPartition(topic, 0);
            ErrorCode error = groups.commit(
                            new MemberRef(group, -1, "", Optional.empty()),
                            Map.of(partition, new CommittedOffset(offset, 0, "")))
                    .join()
                    .get(partition);
            assertThat(error).isIn(ErrorCode.NONE, ErrorCode.NOT_COORDINATOR);
            if (error == ErrorCode.NONE) {
                expected.computeIfAbsent(group, first -> new HashMap<>()).put(topic, offset);
            }
        }

        Map<String, Long> committed(String group) {
            Map<String, Long> found = new HashMap<>();
            Result<Map<TopicPartition, CommittedOffset>> all = groups.committed(
                            new MemberRef(group, -1, "", Optional.empty()), Optional.empty())
                    .join();
            assertThat(all.error()).isEqualTo(ErrorCode.NONE);
            all.get().forEach((partition, offset) -> found.put(partition.topic(), offset.offset()));
            return found;
        }

        /** As the metadata has it done: by each shard, again until it is done. */
        private void deleteATopic() {
            String name = "t" + random.nextInt(DEFAULT_TOPICS);
            topics.remove(name);
            Set<Integer> asked = new HashSet<>(shards.keySet());
            for (int round = 0; !asked.isEmpty(); round++) {
                asked.removeIf(
                        shard -> groups.forgetTopics(shard, List.of(name)).join() == ErrorCode.NONE);
                lookAndPerhapsDie();
                nowNs += TimeUnit.SECONDS.toNanos(1);
                assertThat(round).isLessThan(1_000);
            }
            expected.values().forEach(offsets -> offsets.remove(name));
        }

        private void failOver() {
            List<Integer> ids = List.copyOf(shards.keySet());
            failOver(ids.get(random.nextInt(ids.size())));
        }

        private void failOver(int shard) {
            shards.get(shard).failOver(stopped -> {
                groups.forget(shard);
                return groups.machines(shard);
            });
        }

        /** The thread that moves a slot ends somewhere on the way. */
        private void lookAndPerhapsDie() {
            mayDie = true;
            try {
                mover.look();
            } catch (CompletionException died) {
                assertThat(died).hasMessageContaining("died");
            } finally {
                mayDie = false;
            }
        }

        void settle() {
            int quiet = 0;
            for (int round = 0; quiet < 30; round++) {
                long before = cluster.image().version();
                passTime();
                mover.look();
                quiet = cluster.image().version() == before ? quiet + 1 : 0;
                assertThat(round).isLessThan(5_000);
            }
        }

        void checkThatNobodyServesASlotTwice() {
            for (int slot = 0; slot < GroupCoordinator.SLOTS; slot++) {
                int each = slot;
                long open = shards.keySet().stream()
                        .filter(shard ->
                                moves.residence(shard, each).orElseThrow().isOpen())
                        .count();
                assertThat(open).as("shards that serve slot %d", slot).isLessThanOrEqualTo(1);
            }
        }

        void checkEverything() {
            expected.forEach(
                    (group, offsets) -> assertThat(committed(group)).as(group).isEqualTo(offsets));
            List<String> listed = groups.list().join().get().stream()
                    .map(GroupListing::groupId)
                    .toList();
            assertThat(listed).doesNotHaveDuplicates();
            List<String> known = new ArrayList<>();
            expected.forEach((group, offsets) -> {
                if (!offsets.isEmpty()) {
                    known.add(group);
                }
            });
            assertThat(listed).containsAll(known);
        }

        @Override
        public int shardOf(int slot) {
            return cluster.image().slots().place(slot).shard();
        }

        @Override
        public Optional<CommandRunner> kept(int shard) {
            return Optional.ofNullable(shards.get(shard));
        }

        @Override
        public boolean isLedElsewhere(int shard) {
            return false;
        }

        @Override
        public ClusterImage image() {
            return cluster.image();
        }

        @Override
        public List<Integer> led() {
            return shards.keySet().stream()
                    .filter(shard -> !isDown.contains(shard))
                    .toList();
        }

        @Override
        public int leader(int shard) {
            return 1;
        }

        @Override
        public CompletableFuture<Boolean> catchUp() {
            return CompletableFuture.completedFuture(!mayDie || random.nextInt(4) > 0);
        }

        @Override
        public boolean hasTopic(String name) {
            return topics.contains(name);
        }

        @Override
        public SlotMoves slots() {
            if (mayDie && random.nextInt(150) == 0) {
                throw new CompletionException("it died", null);
            }
            return moves;
        }

        @Override
        public CompletableFuture<Result<Long>> run(ClusterCommand command) {
            return commands.run(command);
        }

        @Override
        public void serve(int service, PeerService handler) {}

        @Override
        public CompletableFuture<ByteBuffer> call(int nodeId, int service, ByteBuffer request, long timeoutMs) {
            throw new AssertionError("there is no other node");
        }

        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public long nanoTime() {
            return nowNs;
        }
    }
}
