package io.sluice.broker.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerCallException;
import io.sluice.common.PeerService;
import io.sluice.common.PeerServices;
import io.sluice.common.SimulatedClock;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.DecideRuntime;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that share what one of them decides. */
final class ForwardingTest {
    private volatile int leader = 1;
    private final SimulatedClock clock = new SimulatedClock();
    private final Map<Integer, PeerService> services = new HashMap<>();
    private final Host one = new Host(1);
    private final Host two = new Host(2);

    @AfterEach
    void stop() {
        one.forwarding.stop();
        two.forwarding.stop();
    }

    /** Adds numbers up. */
    private static final class Sum implements StateMachine {
        private long sum;

        @Override
        public int id() {
            return 9;
        }

        @Override
        public String name() {
            return "sum";
        }

        @Override
        public void apply(ByteBuffer event, UndoLog undo) {
            long added = event.getLong(0);
            sum += added;
            undo.add(() -> sum -= added);
        }

        @Override
        public void leaderStarted(long nowMs) {}

        @Override
        public ByteBuffer snapshot() {
            return ByteBuffer.allocate(Long.BYTES).putLong(0, sum);
        }

        @Override
        public void restore(ByteBuffer snapshot) {
            sum = snapshot.getLong(0);
        }
    }

    private record Answer(Optional<Long> decided, long seenHere, ErrorCode error) {}

    private record Add(long added, boolean mayBeRepeated, CompletableFuture<Answer> answer)
            implements ForwardedCommand<Sum> {
        @Override
        public void decide(Sum state, Decision decision, long nowMs) {
            decision.emit(ByteBuffer.allocate(Long.BYTES).putLong(0, added));
            long sum = state.sum;
            decision.afterCommit(
                    () -> answer.complete(new Answer(Optional.of(sum), state.sum, ErrorCode.NONE)), this::refused);
        }

        @Override
        public int kind() {
            return CommandKinds.CLUSTER;
        }

        @Override
        public void write(ByteWriter out) {
            out.putLong(added);
        }

        @Override
        public void answered(Sum state, ByteReader in) {
            answer.complete(new Answer(Optional.of(in.getLong()), state.sum, ErrorCode.NONE));
        }

        @Override
        public void refused(ErrorCode reason) {
            answer.complete(new Answer(Optional.empty(), 0, reason));
        }
    }

    private final class Host implements DecidingShard, PeerServices {
        private final int id;
        private final Sum sum = new Sum();
        private final DecideRuntime runtime;
        private final Forwarding forwarding;
        private long applied;
        private long reached;
        private boolean isLate;
        private boolean isAway;
        private boolean losesLeadership;

        Host(int id) {
            this.id = id;
            AtomicReference<DecideRuntime> own = new AtomicReference<>();
            runtime = new DecideRuntime(List.of(sum), batch -> {
                if (losesLeadership) {
                    return true;
                }
                reached = applied + 1;
                own.get().committed(batch);
                batch.events().forEach(event -> everybodyApplies(this, event.bytes()));
                return true;
            });
            own.set(runtime);
            forwarding = new Forwarding(
                    id, this, this, clock, Thread.ofPlatform().daemon().factory());
            forwarding.accept(CommandKinds.CLUSTER, (in, outcome) -> {
                CompletableFuture<Answer> answer = new CompletableFuture<>();
                submit(sum, new Add(in.getLong(), false, answer));
                var unused = answer.thenAccept(done -> {
                    if (done.decided().isPresent()) {
                        outcome.decided(out -> out.putLong(done.decided().get()));
                    } else {
                        outcome.refused(done.error());
                    }
                });
            });
            if (id == leader) {
                lead();
            }
        }

        synchronized void lead() {
            runtime.leaderStarted(0);
        }

        @Override
        public boolean isLeading() {
            return leader == id;
        }

        @Override
        public int leaderId() {
            return leader;
        }

        @Override
        public synchronized long appliedIndex() {
            return applied;
        }

        @Override
        public synchronized long reachedIndex() {
            return Math.max(applied, reached);
        }

        @Override
        public synchronized <M extends StateMachine> void submit(M machine, Command<M> command) {
            runtime.enqueue(machine, command);
            runtime.run(0);
            if (losesLeadership) {
                losesLeadership = false;
                runtime.leaderStopped(ErrorCode.NOT_COORDINATOR);
            }
        }

        synchronized void hear(ByteBuffer event) {
            if (!isLate) {
                runtime.applyReplayed(sum.id(), event.duplicate());
                applied++;
            }
        }

        @Override
        public void serve(int service, PeerService handler) {
            services.put(id, handler);
        }

        @Override
        public CompletableFuture<ByteBuffer> call(int nodeId, int service, ByteBuffer request, long timeoutMs) {
            Host other = nodeId == 1 ? one : two;
            PeerService handler = services.get(nodeId);
            return other.isAway || handler == null
                    ? CompletableFuture.failedFuture(new PeerCallException(nodeId, "away"))
                    : handler.handle(id, request);
        }
    }

    private void everybodyApplies(Host decided, ByteBuffer event) {
        decided.applied++;
        Host other = decided == one ? two : one;
        other.hear(event);
    }

    private PeerService service(int node) {
        return Objects.requireNonNull(services.get(node));
    }

    private static Answer ask(Host host, long added) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        host.forwarding.submit(host.sum, new Add(added, false, answer));
        return answer.get(30, TimeUnit.SECONDS);
    }

    @Test
    void theNodeThatLeadsDecidesForTheOtherWhichSeesItWithTheAnswer() throws Exception {
        assertThat(ask(one, 3)).isEqualTo(new Answer(Optional.of(3L), 3, ErrorCode.NONE));
        assertThat(ask(two, 4)).isEqualTo(new Answer(Optional.of(7L), 7, ErrorCode.NONE));
    }

    @Test
    void anAnswerWaitsForANodeThatIsBehind() throws Exception {
        two.isLate = true;
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        two.forwarding.submit(two.sum, new Add(4, false, answer));
        // Somebody else's turn with the same thread behind it: the first answer has had its chance by then.
        two.isAway = false;
        assertThat(ask(one, 0).decided()).contains(4L);
        assertThat(answer).isNotDone();

        two.isLate = false;
        two.hear(ByteBuffer.allocate(Long.BYTES).putLong(0, 4));
        two.hear(ByteBuffer.allocate(Long.BYTES));

        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(new Answer(Optional.of(4L), 4, ErrorCode.NONE));
    }

    @Test
    void whatTheLeaderMayHaveDecidedIsNotSentTwice() throws Exception {
        one.isAway = true;

        assertThat(ask(two, 4).error()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(one.sum.sum).isZero();
    }

    @Test
    void whatMayBeRepeatedIsSentToTheNextLeaderWhenOneDoesNotAnswer() throws Exception {
        one.isAway = true;
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        two.forwarding.submit(two.sum, new Add(4, true, answer));
        assertThat(answer).isNotDone();

        leader = 2;
        two.lead();

        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(new Answer(Optional.of(4L), 4, ErrorCode.NONE));
    }

    @Test
    void whatALeaderOfBeforeDidNotSeeCommittedIsDecidedByTheNext() throws Exception {
        leader = 2;
        two.lead();
        two.losesLeadership = true;
        CompletableFuture<Answer> here = new CompletableFuture<>();
        two.forwarding.submit(two.sum, new Add(4, true, here));
        leader = 1;
        assertThat(here.get(30, TimeUnit.SECONDS).decided()).contains(4L);

        one.losesLeadership = true;
        CompletableFuture<Answer> there = new CompletableFuture<>();
        two.forwarding.submit(two.sum, new Add(5, true, there));
        leader = 2;
        two.lead();
        assertThat(there.get(30, TimeUnit.SECONDS).decided()).contains(9L);
    }

    @Test
    void whatMustNotBeRepeatedIsToldThatNobodyKnows() throws Exception {
        one.losesLeadership = true;
        assertThat(ask(two, 4).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        one.lead();
        one.losesLeadership = true;
        assertThat(ask(one, 4).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void afterALimitItIsToldThatItMayStillHappen() throws Exception {
        one.isAway = true;
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        two.forwarding.submit(two.sum, new Add(4, true, answer));

        clock.advanceMs(10_000);

        assertThat(answer.get(30, TimeUnit.SECONDS).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void whereNobodyLeadsForTheLimitNothingIsDecided() throws Exception {
        leader = 0;
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        two.forwarding.submit(two.sum, new Add(4, true, answer));

        clock.advanceMs(10_000);

        assertThat(answer.get(30, TimeUnit.SECONDS).error()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    @Test
    void aCommandFindsTheLeaderThatComesLater() throws Exception {
        leader = 0;
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        two.forwarding.submit(two.sum, new Add(4, false, answer));
        assertThat(answer).isNotDone();

        leader = 1;

        assertThat(answer.get(30, TimeUnit.SECONDS).decided()).contains(4L);
    }

    @Test
    void aCommandThatALeaderJustStoppedCannotDecideIsDecidedByTheNext() throws Exception {
        leader = 2;
        CompletableFuture<Answer> here = new CompletableFuture<>();
        CompletableFuture<Answer> there = new CompletableFuture<>();
        two.forwarding.submit(two.sum, new Add(4, false, here));
        one.forwarding.submit(one.sum, new Add(5, false, there));
        assertThat(here).isNotDone();
        assertThat(there).isNotDone();

        two.lead();

        assertThat(here.get(30, TimeUnit.SECONDS).decided()).isPresent();
        assertThat(there.get(30, TimeUnit.SECONDS).decided()).isPresent();
        assertThat(ask(one, 0).decided()).contains(9L);
    }

    @Test
    void aCommandOfAnUnknownKindIsRefusedWithoutHarm() {
        ByteBuffer request = new ByteWriter().putByte(120).toBuffer();

        ByteBuffer answer = service(1).handle(2, request).join();

        assertThat(answer.get(0)).isEqualTo((byte) 1);
        assertThat(service(1).handle(2, ByteBuffer.allocate(0)).join().get(0)).isEqualTo((byte) 1);
    }
}
