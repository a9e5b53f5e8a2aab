package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.log.disk.SimulatedDisk;
import io.sluice.replication.journal.JournalSettings;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shard whose commands several threads submit, which may decide them themselves where nothing is synced. */
@Timeout(60)
class CommandsOfManyThreadsTest {
    private static final int SHARD = 2;
    private static final int THREADS = 4;
    private static final int LOTS = 2_000;
    private static final int LOT = 3;

    private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1));
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
    private RememberingMachine machine = new RememberingMachine();
    private Replication replication;

    /** Keeps every number that it was told, and a deadline that it was given. */
    private static final class RememberingMachine implements StateMachine {
        private final List<Long> numbers = new ArrayList<>();
        private final CompletableFuture<Boolean> passed = new CompletableFuture<>();
        private long deadlineMs = Long.MAX_VALUE;

        @Override
        public int id() {
            return 5;
        }

        @Override
        public String name() {
            return "remembering";
        }

        @Override
        public void apply(ByteBuffer event, UndoLog undo) {
            numbers.add(event.getLong());
            undo.add(numbers::removeLast);
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
            deadlineMs = Long.MAX_VALUE;
            passed.complete(true);
        }

        @Override
        public ByteBuffer snapshot() {
            ByteBuffer snapshot = ByteBuffer.allocate(numbers.size() * Long.BYTES);
            numbers.forEach(snapshot::putLong);
            return snapshot.flip();
        }

        @Override
        public void restore(ByteBuffer snapshot) {
            numbers.clear();
            while (snapshot.hasRemaining()) {
                numbers.add(snapshot.getLong());
            }
        }
    }

    /** Remembers the number and tells who decided. */
    private record Remember(long number, CompletableFuture<Thread> decider) implements Command<RememberingMachine> {
        @Override
        public void decide(RememberingMachine machine, Decision decision, long nowMs) {
            Thread here = Thread.currentThread();
            decision.emit(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
            decision.afterCommit(
                    () -> decider.complete(here),
                    error -> decider.completeExceptionally(new IllegalStateException(error.name())));
        }

        @Override
        public void refused(ErrorCode reason) {
            decider.completeExceptionally(new IllegalStateException(reason.name()));
        }
    }

    @BeforeEach
    void open() {
        replication = Replication.open(
                new ReplicationSettings(
                        Path.of("/data"),
                        new JournalSettings(64 << 10, 256 << 10, 16 << 20),
                        1 << 20,
                        2 << 20,
                        256 << 10,
                        50,
                        3),
                List.of(
                        new ShardSpec(0, Durability.FSYNC, List.of()),
                        new ShardSpec(SHARD, Durability.OS, List.of(machine))),
                disk,
                new SystemClock(),
                new SplittableRandom(1),
                Thread.ofPlatform()
                        .daemon()
                        .uncaughtExceptionHandler((thread, end) -> ended.complete(end))
                        .factory());
    }

    @AfterEach
    void end() {
        if (!ended.isDone()) {
            replication.stop();
        } else {
            replication.abandon();
        }
    }

    private List<Remember> submit(long firstNumber, int count) {
        List<Remember> commands = IntStream.range(0, count)
                .mapToObj(i -> new Remember(firstNumber + i, new CompletableFuture<>()))
                .toList();
        replication.shard(SHARD).submitAll(machine, commands);
        return commands;
    }

    private void submitLots(int thread) {
        for (int lot = 0; lot < LOTS; lot++) {
            submit((long) thread * LOTS * LOT + (long) lot * LOT, LOT)
                    .getLast()
                    .decider()
                    .join();
        }
    }

    @Test
    void whoFindsTheShardAtRestDecidesHimself() {
        Thread decider = null;
        for (long number = 0; decider != Thread.currentThread(); number++) {
            decider = submit(number, 1).getFirst().decider().join();
        }
    }

    @Test
    void allIsDecidedOnceAndThatOfEachInItsOrder() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(THREADS);
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            Thread.ofPlatform().daemon().start(() -> {
                submitLots(number);
                done.countDown();
            });
        }
        done.await();
        List<Long> decided = List.copyOf(machine.numbers);

        replication.stop();
        machine = new RememberingMachine();
        open();

        assertThat(decided).hasSize(THREADS * LOTS * LOT);
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            assertThat(decided.stream().filter(each -> each / (LOTS * LOT) == number))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
        assertThat(machine.numbers).isEqualTo(decided);
    }

    @Test
    @Timeout(30)
    void aDeadlineThatIsSetMeanwhileWakesTheShard() {
        for (int i = 0; i < 20; i++) {
            replication.shard(SHARD).submitAll(machine, List.of(new Command<RememberingMachine>() {
                @Override
                public void decide(RememberingMachine at, Decision decision, long nowMs) {
                    at.deadlineMs = nowMs + 1;
                }

                @Override
                public void refused(ErrorCode reason) {}
            }));
        }

        assertThat(machine.passed.join()).isTrue();
    }

    @Test
    void whatCannotBeDecidedEndsTheShardAndNotWhoSubmittedIt() {
        replication.shard(SHARD).submitAll(machine, List.of(new Command<RememberingMachine>() {
            @Override
            public void decide(RememberingMachine at, Decision decision, long nowMs) {
                throw new IllegalStateException("a defect");
            }

            @Override
            public void refused(ErrorCode reason) {}
        }));

        assertThat(ended.join()).hasMessage("a defect");
    }
}
