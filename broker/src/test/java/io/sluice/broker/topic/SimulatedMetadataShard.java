package io.sluice.broker.topic;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.DecideRuntime;
import io.sluice.replication.runtime.EventBatch;
import io.sluice.replication.runtime.StateMachine;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Shard 0 with its real runtime over a journal that a test rules: each batch of events waits until the test says how it
 * ends. One thread.
 */
final class SimulatedMetadataShard implements CommandRunner {
    private final ArrayDeque<EventBatch> underWay = new ArrayDeque<>();
    private final DecideRuntime runtime;
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    private boolean isCommitting = true;
    private boolean isBusy;

    SimulatedMetadataShard(StateMachine machine) {
        runtime = new DecideRuntime(List.of(machine), batch -> {
            underWay.add(batch);
            return true;
        });
        runtime.leaderStarted(0);
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        inbox.add(() -> runtime.enqueue(machine, command));
        work();
    }

    /** What comes in while something is done waits for its turn, as on the apply thread. */
    private void work() {
        if (isBusy) {
            return;
        }
        isBusy = true;
        do {
            while (!inbox.isEmpty()) {
                inbox.remove().run();
            }
            runtime.run(0);
            if (isCommitting && !underWay.isEmpty()) {
                runtime.committed(underWay.remove());
            }
        } while (!inbox.isEmpty() || (isCommitting && !underWay.isEmpty()));
        isBusy = false;
    }

    /** From now on batches wait for the test. */
    void hold() {
        isCommitting = false;
    }

    /** Commits what waits, and from now on everything at once. */
    void commit() {
        isCommitting = true;
        work();
    }

    /** What waits will never commit. */
    void reject() {
        while (!underWay.isEmpty()) {
            runtime.rejected(underWay.remove(), ErrorCode.STORAGE_ERROR);
        }
    }

    /** Leadership is lost, so nobody learns what becomes of that which waits. */
    void stopLeading() {
        runtime.leaderStopped(ErrorCode.NOT_COORDINATOR);
    }

    /** The new leader is this node again; what waited has committed meanwhile. */
    void leadAgain() {
        while (!underWay.isEmpty()) {
            runtime.committed(underWay.remove());
        }
        isCommitting = true;
        runtime.leaderStarted(0);
        commit();
    }
}
