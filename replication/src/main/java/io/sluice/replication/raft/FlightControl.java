package io.sluice.replication.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.entity.Task;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.replication.journal.CommittedEntry;
import io.sluice.replication.journal.JournalListener;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.journal.SubmissionSource;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes submissions from the shard while there is room and gives them to the engine, one thread; and sees to it that each
 * ends once. The engine clears what is on its way on threads of its own when it steps down, while the apply thread may be
 * handing over entries: the listener hears one at a time.
 */
final class FlightControl {
    private static final long TAKE_BYTES_MAX = 1L << 20;
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int FLIGHTS_MAX = 64;
    private static final long TIGHT_WAIT_MS = 20;
    private static final int TIGHT_WAITS_MAX = 50;

    private final SubmissionSource source;
    private final JournalListener listener;
    private final long inFlightBytesMax;
    private final BooleanSupplier isLogTight;
    private final Clock clock;
    private final Object telling = new Object();
    private final Set<Flight> flights = new LinkedHashSet<>();
    private long inFlightBytes;
    private long leadingTerm;
    private boolean stopping;
    private boolean givenUp;

    /** While {@code isLogTight} next to nothing is taken: what the log has no room for would end the process. */
    FlightControl(
            SubmissionSource source,
            JournalListener listener,
            long inFlightBytesMax,
            BooleanSupplier isLogTight,
            Clock clock) {
        this.source = source;
        this.listener = listener;
        this.inFlightBytesMax = inFlightBytesMax;
        this.isLogTight = isLogTight;
        this.clock = clock;
    }

    /** One submission on its way; the engine carries it along with its entry and gives it back, or says that it failed. */
    final class Flight implements Closure {
        private final Submission submission;
        private final int lengthBytes;

        private Flight(Submission submission, int lengthBytes) {
            this.submission = submission;
            this.lengthBytes = lengthBytes;
        }

        Submission submission() {
            return submission;
        }

        /** The engine's word that nobody waits any more. */
        @Override
        public void run(Status status) {
            if (!status.isOk()) {
                reject(this);
            }
        }
    }

    /** Runs until the stop has taken what the source still had. */
    void run(Node node) {
        try {
            boolean more = true;
            while (more) {
                more = step(node);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean step(Node node) throws InterruptedException {
        boolean last = awaitRoom();
        List<? extends Submission> taken = source.take(TAKE_BYTES_MAX, last ? 0 : IDLE_NS);
        long term = termToSubmitIn();
        if (term == 0 && !taken.isEmpty()) {
            synchronized (telling) {
                listener.rejected(taken, ErrorCode.NOT_LEADER_OR_FOLLOWER);
            }
        } else {
            for (Submission submission : taken) {
                submitIfTimely(node, submission, term);
            }
        }
        return !last || !taken.isEmpty();
    }

    private synchronized long termToSubmitIn() {
        return givenUp ? 0 : leadingTerm;
    }

    /** Waits until something may be taken; answers whether the stop has begun. */
    private synchronized boolean awaitRoom() throws InterruptedException {
        // Not for ever: where the engine's last record is of the newest entry, only a further entry lets the next be
        // made.
        for (int waits = 0; waits < TIGHT_WAITS_MAX && isHeldUp(); waits++) {
            wait(TIGHT_WAIT_MS);
        }
        while (!givenUp && (inFlightBytes >= inFlightBytesMax || flights.size() >= FLIGHTS_MAX)) {
            wait();
        }
        return stopping;
    }

    private boolean isHeldUp() {
        return !givenUp && !stopping && leadingTerm > 0 && isLogTight.getAsBoolean();
    }

    private void submitIfTimely(Node node, Submission submission, long term) {
        if (submission.term() == Submission.ANY_TERM || submission.term() == term) {
            submit(node, submission, term);
            return;
        }
        synchronized (telling) {
            listener.rejected(List.of(submission), ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
    }

    /**
     * The engine keeps an entry's memory as long as it likes and never says when it is done with it, so it gets a copy that
     * is left to the garbage collector.
     */
    private void submit(Node node, Submission submission, long term) {
        ByteBuffer body = submission.body();
        ByteBuffer copy =
                ByteBuffer.allocate(body.remaining()).put(body.duplicate()).flip();
        Flight flight = new Flight(submission, copy.remaining());
        synchronized (this) {
            flights.add(flight);
            inFlightBytes += flight.lengthBytes;
        }
        node.apply(new Task(copy, flight, term));
    }

    /** Ends the flight; answers false if it has ended before. */
    private synchronized boolean land(Flight flight) {
        boolean wasFlying = flights.remove(flight);
        if (wasFlying) {
            inFlightBytes -= flight.lengthBytes;
            notifyAll();
        }
        return wasFlying;
    }

    private void reject(Flight flight) {
        synchronized (telling) {
            if (land(flight)) {
                listener.rejected(List.of(flight.submission), ErrorCode.NOT_LEADER_OR_FOLLOWER);
            }
        }
    }

    /** Tells of committed entries, in order; those with a flight end it. */
    void committed(List<CommittedEntry> entries) {
        synchronized (telling) {
            listener.committed(entries);
        }
    }

    /** Answers the submission if it still waits for its end, which is now; null if it was rejected before. */
    @Nullable
    Submission arrived(Flight flight) {
        return land(flight) ? flight.submission : null;
    }

    void leadershipWon(long term) {
        synchronized (this) {
            leadingTerm = term;
        }
        synchronized (telling) {
            listener.leadershipWon(term);
        }
    }

    void leadershipLost() {
        boolean led;
        synchronized (this) {
            led = leadingTerm != 0;
            leadingTerm = 0;
        }
        if (led) {
            synchronized (telling) {
                listener.leadershipLost();
            }
        }
    }

    /** This node follows that one, 0 for nobody. */
    void follows(long term, int nodeId) {
        synchronized (telling) {
            listener.follows(term, nodeId);
        }
    }

    /** Term in which this node leads, 0 if it does not. */
    synchronized long leadingTerm() {
        return leadingTerm;
    }

    /** Begins the stop: takes what is there and then ends. */
    synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    /** From now on everything taken is rejected at once. */
    synchronized void giveUp() {
        givenUp = true;
        notifyAll();
    }

    /** Waits at most so long until nothing is on its way. */
    synchronized void awaitLandings(long waitMs) throws InterruptedException {
        long endNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        long leftNs = endNs - clock.nanoTime();
        while (!flights.isEmpty() && leftNs > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, leftNs);
            leftNs = endNs - clock.nanoTime();
        }
    }

    /**
     * The engine has stopped: whoever still waits, waits in vain. On return the listener has heard of every flight: one that
     * another thread has just ended is told of under the same lock.
     */
    void rejectAll() {
        synchronized (telling) {
            List<Flight> left;
            synchronized (this) {
                left = List.copyOf(flights);
            }
            left.forEach(this::reject);
        }
    }
}
