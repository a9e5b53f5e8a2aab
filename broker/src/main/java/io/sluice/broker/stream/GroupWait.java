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
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.ASKING);
    private long dueMs = Long.MAX_VALUE;

    private enum Phase {
        /** Nobody has looked whether there is something. */
        ASKING,
        /** The same, and it shall not wait if there is nothing. */
        OVERDUE,
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
        return phase.updateAndGet(now -> now == Phase.ENDED ? now : Phase.TAKEN) == Phase.TAKEN;
    }

    /** There was nothing for it; false if it does not want to wait. */
    boolean park() {
        return phase.compareAndSet(Phase.ASKING, Phase.WAITING);
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
        Phase before = phase.getAndUpdate(now -> now == Phase.TAKEN ? now : Phase.ENDED);
        return ended(before != Phase.TAKEN && before != Phase.ENDED);
    }

    @Override
    public boolean expire() {
        return !phase.compareAndSet(Phase.ASKING, Phase.OVERDUE)
                && ended(phase.compareAndSet(Phase.WAITING, Phase.ENDED));
    }

    private boolean ended(boolean isEnded) {
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
