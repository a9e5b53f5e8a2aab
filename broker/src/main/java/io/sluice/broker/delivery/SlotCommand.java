package io.sluice.broker.delivery;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One call as a command of its slot.
 *
 * @param body decides and sees to the answer
 * @param failed the answer for an error of the runtime
 * @param answer completed on the apply thread
 */
record SlotCommand<A>(Body<A> body, Function<ErrorCode, A> failed, CompletableFuture<A> answer)
        implements Command<DeliverySlot> {
    /** What the call does. */
    interface Body<A> {
        /** On the apply thread. */
        void decide(SlotTurn turn, CompletableFuture<A> answer);
    }

    SlotCommand(Body<A> body, Function<ErrorCode, A> failed) {
        this(body, failed, new CompletableFuture<>());
    }

    @Override
    public void decide(DeliverySlot slot, Decision decision, long nowMs) {
        body.decide(slot.turn(decision, nowMs), answer);
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.complete(failed.apply(Answers.forClients(reason)));
    }
}
