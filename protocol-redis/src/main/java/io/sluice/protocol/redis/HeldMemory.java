package io.sluice.protocol.redis;

import io.sluice.network.MemoryBudget;
import java.util.function.Consumer;

/**
 * What one connection holds of the listener's memory for requests: bytes received and not answered yet. A little is free. Where
 * the listener has none left the client is not read until it has. Owner: the connection's event loop.
 */
final class HeldMemory {
    /** What a connection may hold without asking the listener's budget. */
    private static final long FREE_BYTES = 64 << 10;

    private final MemoryBudget budget;
    private final Consumer<Runnable> eventLoop;
    private final Runnable whenFree;
    private long wantedBytes;
    private long takenBytes;
    private boolean isAwaited;

    /** {@code whenFree} comes on the event loop once what {@link #hold} wanted is taken. */
    HeldMemory(MemoryBudget budget, Consumer<Runnable> eventLoop, Runnable whenFree) {
        this.budget = budget;
        this.eventLoop = eventLoop;
        this.whenFree = whenFree;
    }

    /** Whether the budget has not given yet what is held. */
    boolean isAwaited() {
        return isAwaited;
    }

    /** So many bytes are held now. */
    void hold(long bytes) {
        wantedBytes = Math.max(0, bytes - FREE_BYTES);
        long more = wantedBytes - takenBytes;
        if (more > 0 && !budget.tryTakeOrOverdraw(more, this)) {
            await();
            return;
        }
        if (more < 0) {
            budget.giveBack(-more);
        }
        takenBytes = wantedBytes;
        if (wantedBytes == 0) {
            budget.endOverdraft(this);
        }
    }

    private void await() {
        if (!isAwaited) {
            isAwaited = true;
            budget.whenFree(() -> eventLoop.accept(() -> {
                isAwaited = false;
                hold(wantedBytes + FREE_BYTES);
                whenFree.run();
            }));
        }
    }
}
