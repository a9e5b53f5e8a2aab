package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Backoff;
import io.sluice.broker.api.DeliveryOptions.DeadLetters;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.EventBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Random members, clocks, lost batches, failovers, moves to other shards and retention against {@link NaiveGroup}: after every step the group is
 * what the naive one is. What was acknowledged never comes back, nothing is skipped, no record has more attempts than it
 * may, no record overtakes another of its key where keys have an order, in the end nothing is left over, and a replay gives
 * the same state. Runs for some seconds; {@code -Dsluice.seeds=n} runs so many seeds, {@code -Dsluice.seed=n} one, {@code -Dsluice.seeds.from=n} those
 * from it on.
 */
class DeliveryModelTest {
    private static final int STEPS = 400;
    private static final int SEEDS_MIN = 20;
    private static final int SEEDS_MAX = 300;

    @Test
    void theGroupIsAlwaysWhatTheNaiveOneIs() {
        long only = Long.getLong("sluice.seed", 0);
        long seeds = only == 0 ? Long.getLong("sluice.seeds", 0) : 1;
        long first = only == 0 ? Long.getLong("sluice.seeds.from", 1) : only;
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        for (long seed = first; isWanted(seed - first, seeds, deadlineNs); seed++) {
            new Simulation(seed).run();
        }
    }

    private static boolean isWanted(long done, long seeds, long deadlineNs) {
        return seeds > 0 ? done < seeds : done < SEEDS_MIN || done < SEEDS_MAX && System.nanoTime() < deadlineNs;
    }

    private static final class Simulation {
        private final SplittableRandom random;
        private final String name;
        private final DeliveryOptions options;
        private final SimulatedSlot simulation;
        private final SimulatedLog log;
        private final Set<Long> acknowledged = new HashSet<>();
        private final Set<Long> acknowledgedInBatch = new HashSet<>();
        private final List<CompletableFuture<ErrorCode>> settling = new ArrayList<>();
        private final boolean hasDelays;
        private final boolean isElsewhere;
        private final List<Long> sent = new ArrayList<>();
        private NaiveGroup model;
        private NaiveGroup committed;

        Simulation(long seed) {
            random = new SplittableRandom(seed);
            name = "seed " + seed;
            options = new DeliveryOptions(
                    100 + random.nextInt(400),
                    random.nextInt(6),
                    random.nextBoolean() ? Backoff.NONE : new Backoff(20, 200),
                    ordering(random.nextInt(8)),
                    new DeliveryStart.Earliest(),
                    random.nextBoolean() ? DeadLetters.ON : DeadLetters.OFF,
                    random.nextBoolean() ? 0 : 20 + random.nextInt(100));
            hasDelays = random.nextInt(3) == 0;
            isElsewhere = random.nextInt(3) == 0;
            simulation = new SimulatedSlot(options);
            log = simulation.log();
            model = new NaiveGroup(0);
            committed = model.copy();
        }

        private static Ordering ordering(int choice) {
            return switch (choice) {
                case 0, 1 -> Ordering.PARTITION;
                case 2, 3, 4 -> Ordering.KEY;
                default -> Ordering.NONE;
            };
        }

        void run() {
            log.append(20);
            simulation.call((turn, answer) -> GroupCalls.open(turn, SimulatedSlot.GROUP, answer), Function.identity());
            for (int step = 0; step < STEPS; step++) {
                step();
                compare("step " + step);
            }
            drain();
            finish();
        }

        /** Whoever only acknowledges gets everything in the end. */
        private void drain() {
            for (int round = 0; round < 2_000 && !isDrained(); round++) {
                String member = member();
                acquire(member);
                settle(
                        member,
                        model.heldBy(member).stream()
                                .map(offset -> new Settlement(offset, offset, Verdict.ACKNOWLEDGE))
                                .toList());
                bury(true);
                pass();
                compare("at the end");
            }
            assertThat(isDrained()).as("%s: nothing is left over", name).isTrue();
        }

        private boolean isDrained() {
            return group().rows().isEmpty() && group().position() == log.endOffset();
        }

        /** Every dead letter is written in the end, once. */
        private void finish() {
            commit();
            for (int round = 0; round < 100 && !isBuried(); round++) {
                while (!log.preparations().isEmpty()) {
                    bury(true);
                    commit();
                }
                if (simulation.pass(1_000)) {
                    expire();
                }
                committedNow();
            }
            List<Long> letters = new ArrayList<>();
            simulation.deadLetters().forEach(append -> letters.addAll(offsetsOf(append)));
            letters.addAll(sent);
            assertThat(letters).as(name).containsExactlyInAnyOrderElementsOf(model.dead());
        }

        private boolean isBuried() {
            return group().rows().records(RowState.DEAD_LETTERING) == 0;
        }

        /** The disk has answered about some dead letters, one way or the other. */
        private void bury(boolean isSure) {
            if (log.preparations().isEmpty()) {
                return;
            }
            SimulatedLog.Preparation preparation = log.preparations().removeFirst();
            int before = simulation.openAppends().size();
            if (!isSure && random.nextInt(3) == 0) {
                preparation.answer().accept(DeadLetterJob.Prepared.LATER);
                return;
            }
            List<Failures.GivenUp> all = preparation.job().records();
            List<Failures.GivenUp> part = all.subList(0, 1 + random.nextInt(all.size()));
            if (isElsewhere) {
                preparation.answer().accept(elsewhere(preparation.job(), part, isSure));
                adoptBuried();
                return;
            }
            var append = new EventBatch.Append(new TopicId(8, 8), 0, bytes(part));
            preparation.answer().accept(DeadLetterJob.Prepared.beside(append, part));
            List<EventBatch.Append> appends = simulation.openAppends();
            appends.subList(before, appends.size())
                    .forEach(each -> offsetsOf(each).forEach(model::buried));
        }

        /** Letters go into another shard, whose answer is lost sometimes. */
        private DeadLetterJob.Prepared elsewhere(DeadLetterJob job, List<Failures.GivenUp> part, boolean isSure) {
            List<Long> offsets = offsetsOf(new EventBatch.Append(new TopicId(8, 8), 0, bytes(part)));
            List<Long> missing = offsets.stream()
                    .filter(offset -> !job.mayBeWritten() || !sent.contains(offset))
                    .toList();
            boolean isWritten = isSure || random.nextInt(3) > 0;
            boolean isAnswered = isSure || random.nextBoolean();
            return missing.isEmpty()
                    ? DeadLetterJob.Prepared.written(part)
                    : DeadLetterJob.Prepared.elsewhere(
                            answer -> {
                                sent.addAll(isWritten ? missing : List.of());
                                answer.accept(isWritten && isAnswered ? ErrorCode.NONE : ErrorCode.STORAGE_ERROR);
                            },
                            part);
        }

        /** Records whose letters lie elsewhere are settled now. */
        private void adoptBuried() {
            var seen = NaiveGroup.of(group());
            List<Long> gone = model.open().entrySet().stream()
                    .filter(each -> each.getValue().state() == RowState.DEAD_LETTERING)
                    .map(each -> each.getKey())
                    .filter(offset -> isElsewhere && !seen.containsKey(offset))
                    .toList();
            assertThat(sent).as(name).containsAll(gone);
            gone.forEach(model::buried);
        }

        private static ByteBuffer bytes(List<Failures.GivenUp> records) {
            ByteBuffer bytes = ByteBuffer.allocate(100_000);
            for (Failures.GivenUp each : records) {
                for (long offset = each.firstOffset(); offset <= each.lastOffset(); offset++) {
                    bytes.putLong(offset);
                }
            }
            return bytes.flip();
        }

        private static List<Long> offsetsOf(EventBatch.Append append) {
            ByteBuffer bytes = append.batch().duplicate();
            List<Long> offsets = new ArrayList<>();
            while (bytes.hasRemaining()) {
                offsets.add(bytes.getLong());
            }
            return offsets;
        }

        private void step() {
            switch (random.nextInt(21)) {
                case 0, 1, 2, 3, 4, 5 -> acquire(member());
                case 6, 7, 8, 9, 10, 11 -> settle(member());
                case 12 -> release(member());
                case 13, 14 -> grow();
                case 15, 16 -> pass();
                case 17 -> commit();
                case 18 -> fail();
                case 19 -> bury(false);
                default -> rare();
            }
        }

        private String member() {
            return "member-" + random.nextInt(4);
        }

        private void grow() {
            int records = 1 + random.nextInt(12);
            boolean isDue = hasDelays && random.nextBoolean();
            if (random.nextInt(5) == 0) {
                log.appendGap(1 + random.nextInt(4));
            } else if (options.ordering() == Ordering.KEY && random.nextInt(6) > 0) {
                long[] keys = new long[records];
                Arrays.setAll(keys, i -> random.nextInt(6));
                log.appendDueAndKeyed(isDue ? dueMs(records) : LogView.BatchSpan.ALL_NOW, keys);
            } else if (isDue) {
                log.appendDue(dueMs(records));
            } else {
                log.append(records);
            }
            log.coldBelow(random.nextBoolean() ? 0 : random.nextLong(log.endOffset()));
        }

        private long[] dueMs(int records) {
            long[] dueMs = new long[records];
            Arrays.setAll(dueMs, i -> random.nextBoolean() ? 0 : log.wallMs() + 10 * random.nextInt(-5, 60));
            return dueMs;
        }

        private void acquire(String member) {
            Limit limit = random.nextBoolean() ? Limit.EXACT : Limit.WHOLE_BATCHES;
            int recordsMax = 1 + random.nextInt(20);
            Acquire request = Acquire.now(
                    SimulatedSlot.GROUP,
                    member,
                    recordsMax,
                    SimulatedLog.RECORD_BYTES * (1 + random.nextInt(30)),
                    limit);
            CompletableFuture<Result<Acquired>> answer =
                    simulation.decide((turn, same) -> turn.acquire(request, Hints.NONE, same), Result::failed);
            if (options.ordering() != Ordering.NONE) {
                commit();
            }
            assertThat(answer).as(name).isDone();
            model.forgetBelow(log.startOffset());
            model.free(log, simulation.nowMs());
            model.scheduled(NaiveGroup.of(group()), log, simulation.wallOffsetMs(), simulation.nowMs());
            model.putAside(NaiveGroup.of(group()), log, simulation.nowMs());
            var runs = answer.join().get().runs();
            List<Long> offsets = model.acquired(runs, member, options, log, simulation.nowMs());
            assertThat(offsets).as(name).noneMatch(acknowledged::contains);
            assertThat(offsets).as(name).allMatch(offset -> log.dueMs(offset) <= log.wallMs());
            if (limit == Limit.EXACT) {
                assertThat(offsets).as(name).hasSizeLessThanOrEqualTo(recordsMax);
            }
            if (options.ordering() == Ordering.PARTITION && !offsets.isEmpty()) {
                assertThat(model.open().values().stream()
                                .filter(each -> each.state() == RowState.ACQUIRED)
                                .count())
                        .as("%s: nothing else is in flight", name)
                        .isEqualTo(offsets.size());
            }
            model.adoptGivenUp(NaiveGroup.of(group()), options, simulation.nowMs());
            model.free(log, simulation.nowMs());
            model.adoptPosition(group().position(), log);
            if (options.ordering() != Ordering.NONE) {
                committedNow();
            }
        }

        private StoredGroup group() {
            StoredGroup group = simulation.group();
            assertThat(group).as(name).isNotNull();
            return group;
        }

        private void settle(String member) {
            settle(member, settlements(member));
        }

        private void settle(String member, List<Settlement> settlements) {
            boolean mayBe = model.maySettle(settlements, member, log.startOffset());
            CompletableFuture<ErrorCode> answer = simulation.decide(
                    (turn, same) -> GroupCalls.settle(turn, SimulatedSlot.GROUP, member, settlements, same),
                    Function.identity());
            if (mayBe) {
                model.settle(settlements, options, log.startOffset(), simulation.nowMs());
                model.free(log, simulation.nowMs());
                settlements.stream()
                        .filter(each -> each.verdict() == Verdict.ACKNOWLEDGE)
                        .forEach(each -> acknowledgedInBatch.addAll(offsets(each)));
                settling.add(answer);
            } else {
                simulation.commit();
                committedNow();
                assertThat(answer.join()).as(name).isEqualTo(ErrorCode.INVALID_RECORD_STATE);
            }
        }

        private static List<Long> offsets(Settlement settlement) {
            List<Long> offsets = new ArrayList<>();
            for (long offset = settlement.firstOffset(); offset <= settlement.lastOffset(); offset++) {
                offsets.add(offset);
            }
            return offsets;
        }

        private List<Settlement> settlements(String member) {
            List<Long> held = new ArrayList<>(model.heldBy(member));
            List<Settlement> settlements = new ArrayList<>();
            if (random.nextInt(15) == 0) {
                held.add(log.startOffset() + random.nextInt(30));
                held.sort(null);
            }
            long last = -1;
            for (long offset : held) {
                if (offset > last && random.nextInt(3) > 0) {
                    long until = random.nextInt(4) == 0 && held.contains(offset + 1) ? offset + 1 : offset;
                    Verdict verdict = Verdict.values()[random.nextInt(5)];
                    long delayMs = random.nextInt(4) == 0 ? random.nextInt(300) : -1;
                    settlements.add(new Settlement(offset, until, verdict, delayMs, ""));
                    last = until;
                }
            }
            return settlements;
        }

        private void release(String member) {
            CompletableFuture<Result<Long>> unused = simulation.decide(
                    (turn, same) -> GroupCalls.releaseMember(turn, SimulatedSlot.GROUP, member, 0, same),
                    Result::failed);
            model.release(member, options, simulation.nowMs());
            model.free(log, simulation.nowMs());
        }

        private void pass() {
            // The runtime decides deadlines only once the batch before is through.
            commit();
            if (simulation.pass(10 * random.nextInt(15))) {
                expire();
            }
            committedNow();
        }

        private void expire() {
            model.expire(options, simulation.nowMs());
            model.free(log, simulation.nowMs());
        }

        private void commit() {
            simulation.commit();
            settling.forEach(answer -> assertThat(answer.join()).as(name).isEqualTo(ErrorCode.NONE));
            committedNow();
        }

        private void committedNow() {
            settling.clear();
            acknowledged.addAll(acknowledgedInBatch);
            acknowledgedInBatch.clear();
            adoptBuried();
            committed = model.copy();
        }

        private void fail() {
            simulation.lose();
            settling.forEach(answer -> assertThat(answer.join()).as(name).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER));
            settling.clear();
            acknowledgedInBatch.clear();
            model = committed.copy();
        }

        private void rare() {
            switch (random.nextInt(5)) {
                case 3 -> move();
                case 0 -> {
                    commit();
                    simulation.checkpoint();
                }
                case 2 -> reopen(random.nextLong(log.endOffset()));
                case 1 -> {
                    log.dropBelow(log.startOffset() + random.nextInt(15));
                }
                default -> failOver();
            }
        }

        private void move() {
            commit();
            long otherNowMs = 1_000_000 + 10 * random.nextInt(1_000_000);
            long laterMs = otherNowMs - simulation.nowMs();
            simulation.moveTo(otherNowMs, random.nextInt(4));
            if (random.nextBoolean()) {
                log.preparations().clear();
            }
            model.moved(laterMs);
            model.voidAcquired(simulation.nowMs());
            if (simulation.pass(200)) {
                expire();
            }
            committedNow();
        }

        private void reopen(long offset) {
            boolean isSettled = log.has(offset)
                    && offset < model.position()
                    && !model.open().containsKey(offset);
            if (!isSettled || model.dead().contains(offset)) {
                return;
            }
            commit();
            ErrorCode outcome = simulation
                    .call(
                            (turn, same) -> GroupCalls.reopen(turn, SimulatedSlot.GROUP, offset, List.of(), same),
                            Function.identity())
                    .join();
            assertThat(outcome).as(name).isEqualTo(ErrorCode.NONE);
            model.reopened(offset, simulation.nowMs());
            acknowledged.remove(offset);
            committedNow();
        }

        private void failOver() {
            boolean openCommits = random.nextBoolean();
            if (random.nextBoolean()) {
                simulation.nobodyLeadsFor(10 * random.nextInt(2, 50));
            }
            simulation.failOver(openCommits);
            if (random.nextBoolean()) {
                log.preparations().clear();
            }
            settling.clear();
            if (openCommits) {
                acknowledged.addAll(acknowledgedInBatch);
            } else {
                model = committed.copy();
            }
            acknowledgedInBatch.clear();
            model.voidAcquired(simulation.nowMs());
            model.clockSet(log, simulation.wallOffsetMs(), simulation.nowMs());
            // Available rows are stored as delayed ones whose time has come: the first deadline finds them.
            if (simulation.pass(0)) {
                expire();
            }
            committedNow();
        }

        private void compare(String step) {
            StoredGroup group = group();
            assertThat(NaiveGroup.of(group)).as("%s %s", name, step).isEqualTo(model.open());
            assertThat(group.position()).as("%s %s", name, step).isEqualTo(model.position());
        }
    }
}
