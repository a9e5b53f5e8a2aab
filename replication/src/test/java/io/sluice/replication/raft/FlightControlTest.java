package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.entity.Task;
import io.sluice.common.ErrorCode;
import io.sluice.common.SystemClock;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.journal.SubmissionSource;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a leader takes while its log has next to no room. */
class FlightControlTest {
    private static final int LOOKS_BEFORE_A_STEP = 50;

    private final BlockingQueue<Submission> queued = new LinkedBlockingQueue<>();
    private final BlockingQueue<Task> applied = new LinkedBlockingQueue<>();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile boolean isTight = true;
    private final FlightControl flights = new FlightControl(
            source(),
            new Deaf(),
            1 << 20,
            () -> {
                looks.incrementAndGet();
                return isTight;
            },
            new SystemClock());
    private final Thread feeder = Thread.ofPlatform().daemon().unstarted(() -> flights.run(node()));

    private record Bytes(ByteBuffer body) implements Submission {}

    private static final class Deaf implements JournalListener {
        @Override
        public void committed(List<CommittedEntry> entries) {}

        @Override
        public void rejected(List<? extends Submission> submissions, ErrorCode reason) {}
    }

    private SubmissionSource source() {
        return (maxBytes, waitNs) -> Optional.ofNullable(queued.poll(waitNs, TimeUnit.NANOSECONDS)).stream()
                .toList();
    }

    private Node node() {
        return (Node) Proxy.newProxyInstance(
                Node.class.getClassLoader(),
                new Class<?>[] {Node.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "apply" -> applied.add((Task) arguments[0]) ? null : null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Task nextApplied() throws InterruptedException {
        Task task = applied.poll(60, TimeUnit.SECONDS);
        assertThat(task).as("something goes to the engine").isNotNull();
        return task;
    }

    @AfterEach
    void close() throws InterruptedException {
        flights.giveUp();
        flights.stop();
        feeder.join();
    }

    /** A checkpoint that would let entries go may need a further entry: without a step now and then none would come. */
    @Test
    void aTightLogGoesOnInSmallSteps() throws InterruptedException {
        flights.leadershipWon(3);
        queued.add(new Bytes(ByteBuffer.allocate(8)));
        feeder.start();

        assertThat(nextApplied().getExpectedTerm()).isEqualTo(3);
        assertThat(looks.get()).isGreaterThanOrEqualTo(LOOKS_BEFORE_A_STEP);
    }

    @Test
    void aLogWithRoomAgainIsFedAtOnce() throws InterruptedException {
        isTight = false;
        flights.leadershipWon(3);
        queued.add(new Bytes(ByteBuffer.allocate(8)));
        queued.add(new Bytes(ByteBuffer.allocate(8)));
        feeder.start();

        nextApplied();
        nextApplied();
        assertThat(looks.get()).isLessThan(LOOKS_BEFORE_A_STEP);
    }
}
