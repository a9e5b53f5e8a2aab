package io.sluice.broker.forward;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.EntryItem;
import io.sluice.replication.runtime.EventBatch;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The decision of a command that is decided once more, by whoever leads then, if this node leads no more before it sees it
 * committed. Apply thread.
 */
final class RepeatedDecision implements Decision {
    private final Decision decision;
    private final Runnable again;
    private boolean isSentAgain;

    /** {@code again} is run once at most; it hands over only. */
    RepeatedDecision(Decision decision, Runnable again) {
        this.decision = decision;
        this.again = again;
    }

    @Override
    public void emit(ByteBuffer event) {
        decision.emit(event);
    }

    @Override
    public void append(EventBatch.Append append) {
        decision.append(append);
    }

    @Override
    public void attach(EntryItem item) {
        decision.attach(item);
    }

    @Override
    public void expect(int lengthBytes) {
        decision.expect(lengthBytes);
    }

    @Override
    public boolean hasRoom() {
        return decision.hasRoom();
    }

    @Override
    public void unhurried() {
        decision.unhurried();
    }

    @Override
    public void afterCommit(Runnable onCommitted, Consumer<ErrorCode> onFailed) {
        decision.afterCommit(onCommitted, error -> failed(error, onFailed));
    }

    private void failed(ErrorCode error, Consumer<ErrorCode> onFailed) {
        if (error != ErrorCode.NOT_LEADER_OR_FOLLOWER) {
            onFailed.accept(error);
        } else if (!isSentAgain) {
            isSentAgain = true;
            again.run();
        }
    }
}
