package io.sluice.broker.stream;

import io.sluice.common.Begun;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Begins a task for each thing, in their order, so many at a time; what becomes of them is theirs to say. Any thread. */
final class InTurn<T> {
    private final int underWayMax;
    private final Function<T, CompletableFuture<Void>> task;
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean isBeginning;

    InTurn(int underWayMax, Function<T, CompletableFuture<Void>> task) {
        this.underWayMax = underWayMax;
        this.task = task;
    }

    void add(T thing) {
        synchronized (waiting) {
            waiting.addLast(thing);
        }
        beginSome();
    }

    /** One thread at a time, so that what ends at once does not begin the next within itself. */
    private void beginSome() {
        synchronized (waiting) {
            if (isBeginning) {
                return;
            }
            isBeginning = true;
        }
        for (T next = take(); next != null; next = take()) {
            T thing = next;
            var unused = Begun.of(() -> task.apply(thing)).whenComplete((done, failure) -> ended());
        }
    }

    /** Null if nothing more may begin. */
    private @Nullable T take() {
        synchronized (waiting) {
            T next = underWay < underWayMax ? waiting.pollFirst() : null;
            if (next == null) {
                isBeginning = false;
            } else {
                underWay++;
            }
            return next;
        }
    }

    private void ended() {
        synchronized (waiting) {
            underWay--;
        }
        beginSome();
    }
}
