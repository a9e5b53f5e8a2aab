package io.sluice.broker.stream;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.function.LongConsumer;

/**
 * Runs a task on the apply thread: one with the shard's time where this node leads, else another.
 *
 * @param task decides nothing
 * @param otherwise runs where another node leads, or nobody; nothing is undecided then
 */
record Resume(LongConsumer task, Runnable otherwise) implements Command<StreamMachine> {
    @Override
    public void decide(StreamMachine machine, Decision decision, long nowMs) {
        task.accept(nowMs);
    }

    /** The shard stops, or leads later, of which it tells. */
    @Override
    public void refused(ErrorCode reason) {
        otherwise.run();
    }
}
