package io.sluice.broker.stream;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.function.LongConsumer;

/**
 * Runs a task on the apply thread with the shard's time.
 *
 * @param task decides nothing
 */
record Resume(LongConsumer task) implements Command<StreamMachine> {
    @Override
    public void decide(StreamMachine machine, Decision decision, long nowMs) {
        task.accept(nowMs);
    }

    /** The shard stops, or leads later, of which it tells. */
    @Override
    public void refused(ErrorCode reason) {}
}
