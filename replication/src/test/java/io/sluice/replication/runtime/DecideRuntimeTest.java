package io.sluice.replication.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.replication.journal.JournalFiles;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DecideRuntimeTest {
    private final List<EventBatch> submitted = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final Sum sum = new Sum();
    private boolean isSinkOpen = true;
    private final DecideRuntime runtime = new DecideRuntime(List.of(sum), batch -> {
        if (isSinkOpen) {
            submitted.add(batch);
        }
        return isSinkOpen;
    });

    /** Adds numbers; its state is the sum. */
    private static final class Sum implements StateMachine {
        private long value;
        private long deadlineMs = Long.MAX_VALUE;
        private int overdueCount;
        private int restoredCount;

        @Override
        public int id() {
            return 1;
        }

        @Override
        public String name() {
            return "sum";
        }

        @Override
        public void apply(ByteBuffer event, UndoLog undo) {
            long added = event.getLong();
            value += added;
            undo.add(() -> value -= added);
        }

        @Override
        public void leaderStarted(long nowMs) {}

        @Override
        public void leaderStopped(ErrorCode reason) {}

        @Override
        public long nextDeadlineMs() {
            return deadlineMs;
        }

        @Override
        public void deadlinePassed(Decision decision, long nowMs) {
            if (overdueCount == 0) {
                deadlineMs = Long.MAX_VALUE;
                decision.emit(number(100));
                return;
            }
            while (overdueCount > 0 && decision.hasRoom()) {
                decision.emit(ByteBuffer.allocate(10_000).putLong(0, 1));
                overdueCount--;
            }
            deadlineMs = overdueCount == 0 ? Long.MAX_VALUE : deadlineMs;
        }

        @Override
        public ByteBuffer snapshot() {
            return number(value);
        }

        @Override
        public void restore(ByteBuffer snapshot) {
            restoredCount++;
            value = snapshot.getLong();
        }
    }

    private static ByteBuffer number(long value) {
        return ByteBuffer.allocate(8).putLong(value).flip();
    }

    /** Emits events, and answers with the sum that it then sees. */
    private final class Emit implements Command<Sum> {
        private final List<ByteBuffer> events;
        private final boolean isUnhurried;

        Emit(List<ByteBuffer> events, boolean isUnhurried) {
            this.events = events;
            this.isUnhurried = isUnhurried;
        }

        @Override
        public void decide(Sum machine, Decision decision, long nowMs) {
            events.forEach(decision::emit);
            if (isUnhurried) {
                decision.unhurried();
            }
            long seen = machine.value;
            decision.afterCommit(() -> answers.add("sum=" + seen), error -> answers.add("failed " + error));
        }

        @Override
        public void refused(ErrorCode reason) {
            answers.add("refused " + reason);
        }
    }

    private Emit add(long number) {
        return new Emit(number == 0 ? List.of() : List.of(number(number)), false);
    }

    /** So many events of a megabyte. */
    private Emit addBulky(int count) {
        return new Emit(
                Stream.generate(() -> ByteBuffer.allocate(1 << 20).putLong(0, 1))
                        .limit(count)
                        .toList(),
                false);
    }

    private void enqueue(long... numbers) {
        for (long number : numbers) {
            runtime.enqueue(sum, add(number));
        }
        runtime.run(0);
    }

    @Test
    void commandsBeforeTheTermsFirstEntryAreRefused() {
        enqueue(1);
        assertThat(answers).containsExactly("refused NOT_COORDINATOR");
    }

    @Test
    void answersWaitForTheCommitAndCommandsMeanwhileFormOneBatch() {
        runtime.leaderStarted(0);
        enqueue(1);
        enqueue(2);
        enqueue(3);
        assertThat(answers).isEmpty();
        assertThat(submitted).hasSize(1);

        runtime.committed(submitted.getFirst());
        runtime.run(0);

        assertThat(answers).containsExactly("sum=1");
        assertThat(submitted).hasSize(2);
        assertThat(submitted.getLast().events()).hasSize(2);
    }

    @Test
    void aQuestionIsAnsweredAfterTheEventsItSaw() {
        runtime.leaderStarted(0);
        enqueue(5, 0);
        assertThat(answers).isEmpty();
        runtime.committed(submitted.getFirst());
        assertThat(answers).containsExactly("sum=5", "sum=5");
        enqueue(0);
        assertThat(answers).hasSize(3);
    }

    /** Nobody waits to hear of it. */
    private void enqueueUnhurried(long number, long nowMs) {
        runtime.enqueue(sum, new Emit(List.of(number(number)), true));
        runtime.run(nowMs);
    }

    @Test
    void whatNobodyWaitsForGoesWithWhatIsDecidedNext() {
        runtime.leaderStarted(0);
        enqueueUnhurried(5, 0);
        enqueueUnhurried(6, 1);
        assertThat(submitted).isEmpty();
        assertThat(sum.value).isEqualTo(11);

        enqueue(0);
        assertThat(submitted).as("a question waits for what it saw").hasSize(1);
        assertThat(submitted.getFirst().events()).hasSize(2);
        assertThat(answers).isEmpty();
        runtime.committed(submitted.getFirst());
        assertThat(answers).containsExactly("sum=5", "sum=11", "sum=11");
    }

    @Test
    void whatNobodyWaitsForIsSubmittedAfterAMomentAllTheSame() {
        runtime.leaderStarted(0);
        enqueueUnhurried(5, 0);
        long dueMs = runtime.nextDeadlineMs();
        assertThat(dueMs).isBetween(1L, 10L);
        enqueueUnhurried(6, dueMs - 1);
        assertThat(submitted).isEmpty();
        runtime.run(dueMs);

        assertThat(submitted).hasSize(1);
        assertThat(submitted.getFirst().events()).hasSize(2);
    }

    @Test
    void whatNobodyWaitsForIsTakenBackWhenSomebodyElseLeadsUnlessItIsFlushedBefore() {
        runtime.leaderStarted(0);
        enqueueUnhurried(5, 0);
        runtime.leaderStopped(ErrorCode.NOT_COORDINATOR);
        assertThat(sum.value).isZero();
        assertThat(answers).containsExactly("failed NOT_LEADER_OR_FOLLOWER");
        assertThat(submitted).isEmpty();

        runtime.leaderStarted(0);
        enqueueUnhurried(7, 0);
        runtime.flush();
        runtime.leaderStopped(ErrorCode.NOT_COORDINATOR);
        runtime.committed(submitted.getFirst());
        assertThat(sum.value).isEqualTo(7);
    }

    @Test
    void snapshotsDoNotHoldWhatIsKeptOpen() {
        runtime.leaderStarted(0);
        enqueue(1);
        runtime.committed(submitted.getFirst());
        enqueueUnhurried(5, 0);

        assertThat(runtime.takeSnapshots().get("sum").get()).isEqualTo(number(1));
        assertThat(sum.value).isEqualTo(6);
        runtime.flush();
        runtime.committed(submitted.getLast());
        assertThat(runtime.takeSnapshots().get("sum").get()).isEqualTo(number(6));
    }

    @Test
    void whatIsUnderWayIsThereAfterAReloadAndIsUndoneIfItFails() {
        runtime.leaderStarted(0);
        enqueue(1);
        runtime.committed(submitted.getFirst());
        enqueue(2);

        runtime.reload(sum);

        assertThat(sum.restoredCount).isOne();
        assertThat(sum.value).isEqualTo(3);
        runtime.rejected(submitted.getLast(), ErrorCode.STORAGE_ERROR);
        assertThat(sum.value).isEqualTo(1);
    }

    @Test
    void aRejectedBatchIsUndone() {
        runtime.leaderStarted(0);
        enqueue(5, 7);
        runtime.rejected(submitted.getFirst(), ErrorCode.STORAGE_ERROR);
        assertThat(sum.value).isZero();
        assertThat(answers).containsExactly("failed STORAGE_ERROR", "failed STORAGE_ERROR");
    }

    @Test
    void aBatchThatWasUndoneAndCommitsAfterAllCounts() {
        runtime.leaderStarted(0);
        enqueue(5);
        runtime.leaderStopped(ErrorCode.NOT_COORDINATOR);
        assertThat(sum.value).isZero();

        runtime.committed(submitted.getFirst());

        assertThat(sum.value).isEqualTo(5);
        assertThat(answers).containsExactly("failed NOT_LEADER_OR_FOLLOWER");
    }

    @Test
    void aClosedSinkFailsTheCommands() {
        runtime.leaderStarted(0);
        isSinkOpen = false;
        enqueue(5);
        assertThat(sum.value).isZero();
        assertThat(answers).containsExactly("failed NOT_COORDINATOR");
    }

    @Test
    void aDeadlineIsDecidedOnceItPassed() {
        runtime.leaderStarted(0);
        sum.deadlineMs = 10;
        runtime.run(9);
        assertThat(submitted).isEmpty();
        assertThat(runtime.nextDeadlineMs()).isEqualTo(10);
        runtime.run(10);
        assertThat(sum.value).isEqualTo(100);
    }

    @Test
    void aDecisionThatNoEntryHoldsIsTakenBackAndThoseAroundItAreNot() {
        runtime.leaderStarted(0);
        runtime.enqueue(sum, add(5));
        runtime.enqueue(sum, addBulky(17));
        enqueue(7);

        assertThat(answers).containsExactly("failed MESSAGE_TOO_LARGE");
        assertThat(submitted).hasSize(1);
        assertThat(submitted.getFirst().events()).hasSize(2);
        runtime.committed(submitted.getFirst());
        assertThat(answers).containsExactly("failed MESSAGE_TOO_LARGE", "sum=5", "sum=12");
        assertThat(sum.value).isEqualTo(12);
    }

    @Test
    void aDecisionThatJustFitsIsOneBatchThatTheJournalTakes() {
        runtime.leaderStarted(0);
        runtime.enqueue(sum, add(5));
        runtime.enqueue(sum, addBulky(15));
        enqueue(7);

        assertThat(submitted).hasSize(1);
        assertThat(submitted.getFirst().events()).hasSize(16);
        assertThat(EventBatch.FULL_BYTES + EventBatch.DECISION_BYTES_MAX).isLessThan(JournalFiles.ENTRY_BYTES_MAX);
    }

    @Test
    void whatADeadlineLeavesForWantOfRoomComesWithTheNextBatch() {
        runtime.leaderStarted(0);
        sum.overdueCount = 1_000;
        sum.deadlineMs = 10;
        runtime.run(10);
        assertThat(submitted.getFirst().events()).hasSizeBetween(2, 999);

        for (int batch = 0; batch < submitted.size(); batch++) {
            runtime.committed(submitted.get(batch));
            runtime.run(10);
        }

        assertThat(sum.overdueCount).isZero();
        assertThat(sum.value).isEqualTo(1_000);
    }

    @Test
    void aSnapshotHoldsCommittedEventsOnly() {
        runtime.leaderStarted(0);
        enqueue(1);
        runtime.committed(submitted.getFirst());
        enqueue(2);

        assertThat(runtime.takeSnapshots().get("sum").get()).isEqualTo(number(1));

        assertThat(sum.value).isEqualTo(3);
        runtime.rejected(submitted.getLast(), ErrorCode.STORAGE_ERROR);
        assertThat(sum.value).isEqualTo(1);
        assertThat(runtime.takeSnapshots()).containsKey("sum");
    }

    @Test
    void anyScheduleEndsWithTheSumOfWhatCommitted() {
        for (long seed = 1; seed <= 2_000; seed++) {
            assertThat(runSchedule(new SplittableRandom(seed)))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    private boolean runSchedule(SplittableRandom random) {
        List<EventBatch> batches = new ArrayList<>();
        Sum machine = new Sum();
        DecideRuntime subject = new DecideRuntime(List.of(machine), batches::add);
        subject.leaderStarted(0);
        long committed = 0;
        int ended = 0;
        for (int step = 0; step < 40; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> subject.enqueue(machine, add(random.nextInt(100)));
                case 2 -> subject.run(step);
                case 3 -> {
                    if (ended < batches.size()) {
                        EventBatch batch = batches.get(ended++);
                        boolean commits = random.nextBoolean();
                        committed += commits ? total(batch) : 0;
                        end(subject, batch, commits);
                    }
                }
                case 4 -> subject.reload(machine);
                default -> subject.takeSnapshots();
            }
        }
        for (; ended < batches.size(); ended++) {
            committed += total(batches.get(ended));
            subject.committed(batches.get(ended));
        }
        return machine.value == committed;
    }

    private static void end(DecideRuntime subject, EventBatch batch, boolean commits) {
        if (commits) {
            subject.committed(batch);
        } else {
            subject.rejected(batch, ErrorCode.STORAGE_ERROR);
        }
    }

    private static long total(EventBatch batch) {
        return batch.events().stream()
                .mapToLong(event -> event.bytes().getLong(0))
                .sum();
    }
}
