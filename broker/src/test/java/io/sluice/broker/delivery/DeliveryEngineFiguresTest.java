package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.DecideRuntime;
import io.sluice.replication.runtime.EventBatch;
import io.sluice.replication.runtime.StateMachine;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How long the machine takes for a record that is handed out alone and acknowledged alone: deciding, encoding, applying and
 * answering, without journal, threads and protocol. {@code -Dsluice.rows=1000000 -Dsluice.figures=true} for the full size
 * and the bar; otherwise only whether it comes out even.
 */
class DeliveryEngineFiguresTest {
    private static final int MEMBERS = 100;
    private static final int TOGETHER = 64;
    private static final double BAR_US = 2;

    private final int records = Integer.getInteger("sluice.rows", 20_000);
    private final DeliverySlot slot = new DeliverySlot(0, group -> new EndlessLog(this::again), new DeliveryCounters());
    private @Nullable EventBatch underWay;
    private final DecideRuntime runtime = new DecideRuntime(List.of(slot), batch -> {
        underWay = batch;
        return true;
    });
    private final String[] holders = new String[records];
    private int acknowledged;

    private <A> void enqueue(SlotCommand.Body<A> body, Function<ErrorCode, A> failed, CompletableFuture<A> answer) {
        runtime.enqueue(slot, new SlotCommand<>(body, failed, answer));
    }

    private <M extends StateMachine> void again(M machine, Command<M> command) {
        runtime.enqueue(machine, command);
    }

    private void commit(long nowMs) {
        runtime.run(nowMs);
        EventBatch batch = underWay;
        underWay = null;
        if (batch != null) {
            runtime.committed(batch);
        }
    }

    @Test
    void aRecordIsHandedOutAndAcknowledged() {
        runtime.leaderStarted(1_000);
        if (Boolean.getBoolean("sluice.figures")) {
            handOut(group("warm-up"), holders);
            acknowledge(group("warm-up"), holders);
        }
        acknowledged = 0;
        double handOutUs = handOut(group("workers"), holders);
        double acknowledgeUs = acknowledge(group("workers"), holders);
        System.out.printf(
                Locale.ROOT,
                "%,d records one by one: %.2f us of CPU to hand one out, %.2f us to acknowledge it%n",
                records,
                handOutUs,
                acknowledgeUs);
        assertThat(acknowledged).isEqualTo(records);
        if (Boolean.getBoolean("sluice.figures")) {
            assertThat(handOutUs).isLessThan(BAR_US);
            assertThat(acknowledgeUs).isLessThan(BAR_US);
        }
    }

    private static DeliveryGroup group(String name) {
        return new DeliveryGroup(DeliveryKind.MEMPHIS, name, SimulatedSlot.TOPIC, 0);
    }

    private double handOut(DeliveryGroup group, String[] holders) {
        long beganNs = cpuNs();
        for (int i = 0; i < records; i++) {
            acquire(group, "member-" + i % MEMBERS, holders);
            if (i % TOGETHER == TOGETHER - 1) {
                commit(2_000);
            }
        }
        commit(2_000);
        return microsEach(beganNs);
    }

    /** In an order that has nothing to do with that of the offsets. */
    private double acknowledge(DeliveryGroup group, String[] holders) {
        long beganNs = cpuNs();
        long step = (records / 2 + 1) | 1;
        int offset = 1;
        for (int i = 0; i < records; i++) {
            settle(group, holders[offset], offset);
            offset = (int) ((offset + step) % records);
            if (i % TOGETHER == TOGETHER - 1) {
                commit(3_000);
            }
        }
        commit(3_000);
        return microsEach(beganNs);
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private double microsEach(long beganNs) {
        return (cpuNs() - beganNs) / 1e3 / records;
    }

    private void acquire(DeliveryGroup group, String member, String[] holders) {
        Acquire one = Acquire.now(group, member, 1, 1, Limit.EXACT);
        CompletableFuture<Result<Acquired>> answer = new CompletableFuture<>();
        enqueue((turn, same) -> turn.acquire(one, Hints.NONE, same), Result::failed, answer);
        var unused = answer.thenAccept(
                got -> holders[(int) got.get().runs().getFirst().firstOffset()] = member);
    }

    private void settle(DeliveryGroup group, String member, long offset) {
        List<Settlement> done = List.of(new Settlement(offset, offset, Verdict.ACKNOWLEDGE));
        CompletableFuture<ErrorCode> answer = new CompletableFuture<>();
        enqueue((turn, same) -> GroupCalls.settle(turn, group, member, done, same), Function.identity(), answer);
        var unused = answer.thenAccept(error -> acknowledged += error == ErrorCode.NONE ? 1 : 0);
    }

    /** A thousand records a batch, as many as anybody wants, all in memory. */
    private record EndlessLog(CommandRunner runner) implements OpenPartition {
        private static final int BATCH = 1_000;
        private static final DeliveryOptions OPTIONS = new DeliveryOptions(
                30_000,
                0,
                DeliveryOptions.Backoff.NONE,
                DeliveryOptions.Ordering.NONE,
                new DeliveryStart.Earliest(),
                DeliveryOptions.DeadLetters.OFF,
                0);

        @Override
        public void learnOptions(Consumer<Boolean> answer) {
            answer.accept(true);
        }

        @Override
        public long startOffset() {
            return 0;
        }

        @Override
        public long endOffset() {
            return Long.MAX_VALUE / 2;
        }

        @Override
        public int bytesPerRecord() {
            return 1;
        }

        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public Spans spans(long offset, int bytesMax) {
            long first = offset / BATCH * BATCH;
            return new Spans(List.of(new BatchSpan(first, first + BATCH - 1, BATCH)), false, first + BATCH);
        }

        @Override
        public DeliveryOptions options(DeliveryKind kind, String group) {
            return OPTIONS;
        }

        @Override
        public boolean hasDelays() {
            return false;
        }

        @Override
        public void load(long offset, boolean withKeys, Consumer<Spans> answer) {
            throw new IllegalStateException("everything is in memory");
        }

        @Override
        public void locate(long timestampMs, LongConsumer answer) {
            throw new IllegalStateException("nobody asks");
        }

        @Override
        public void locateAgo(long durationMs, LongConsumer answer) {
            throw new IllegalStateException("nobody asks");
        }

        @Override
        public void prepare(DeadLetterJob job, Consumer<DeadLetterJob.Prepared> answer) {
            throw new IllegalStateException("nothing is given up");
        }

        @Override
        public void addListener(Listener listener) {}

        @Override
        public void removeListener(Listener listener) {}
    }
}
