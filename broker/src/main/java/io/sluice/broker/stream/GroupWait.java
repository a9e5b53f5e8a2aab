package io.sluice.broker.stream;

import io.sluice.broker.api.GroupCommand.ReadGroup;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Somebody who waits for entries of a group: whoever decides takes the wait before anything is handed out, so that nothing is
 * handed to somebody who has left. Any thread; {@link #dueMs} belongs to the apply thread.
 */
final class GroupWait implements StreamService.Wait {
    private final ReadGroup command;
    private final Consumer<StreamAnswer> answer;
    private final Consumer<GroupWait> whenEnded;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);
    private long dueMs = Long.MAX_VALUE;

    private enum Phase {
        WAITING,
        TAKEN,
        ENDED
    }

    /** {@code answer} hands over only. */
    GroupWait(ReadGroup command, Consumer<StreamAnswer> answer, Consumer<GroupWait> whenEnded) {
        this.command = command;
        this.answer = answer;
        this.whenEnded = whenEnded;
    }

    ReadGroup command() {
        return command;
    }

    /** From now on it will be answered; false if it was ended before. */
    boolean take() {
        return phase.compareAndSet(Phase.WAITING, Phase.TAKEN) || phase.get() == Phase.TAKEN;
    }

    boolean isWaiting() {
        return phase.get() == Phase.WAITING;
    }

    boolean isEnded() {
        return phase.get() == Phase.ENDED;
    }

    /** Tells whoever waits, once taken. */
    void answer(StreamAnswer given) {
        answer.accept(given);
    }

    @Override
    public boolean end() {
        boolean isEnded = phase.compareAndSet(Phase.WAITING, Phase.ENDED);
        if (isEnded) {
            whenEnded.accept(this);
        }
        return isEnded;
    }

    /** When some pending entry may be claimed, in shard time. */
    long dueMs() {
        return dueMs;
    }

    void dueMs(long shardMs) {
        dueMs = shardMs;
    }
}
