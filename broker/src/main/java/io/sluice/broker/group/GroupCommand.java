package io.sluice.broker.group;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A request to a slot and the future of its answer. */
final class GroupCommand<A> implements Command<GroupSlot> {
    private final Body<A> body;
    private final Function<ErrorCode, A> failed;
    private final CompletableFuture<A> future = new CompletableFuture<>();

    GroupCommand(Body<A> body, Function<ErrorCode, A> failed) {
        this.body = body;
        this.failed = failed;
    }

    CompletableFuture<A> future() {
        return future;
    }

    @Override
    public void decide(GroupSlot slot, Decision decision, long nowMs) {
        body.decide(slot.turn(decision, nowMs), future);
    }

    @Override
    public void refused(ErrorCode reason) {
        future.complete(failed.apply(Answers.forClients(reason)));
    }

    /** What the request does; it completes the future or parks it. */
    interface Body<A> {
        void decide(Turn turn, CompletableFuture<A> future);
    }
}
