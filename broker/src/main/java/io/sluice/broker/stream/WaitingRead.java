package io.sluice.broker.stream;

import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamFault;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.List;

/**
 * A read of groups that waits if there is nothing to hand out. Who asks in vain is known as a consumer from then on. On the
 * shard's apply thread.
 */
final class WaitingRead implements Command<StreamMachine> {
    private final GroupWait wait;
    private final StreamRules rules;
    private final Lookups lookups;
    private final Around around;

    /** Who sees to the rest; on the apply thread: hands over only. */
    interface Around {
        /** It is durable. */
        void decided(StreamTurn turn);

        /** Something must be looked up first, then the read submitted again. */
        void mustLookUp(WaitingRead read);
    }

    WaitingRead(GroupWait wait, StreamRules rules, Lookups lookups, Around around) {
        this.wait = wait;
        this.rules = rules;
        this.lookups = lookups;
        this.around = around;
    }

    Lookups lookups() {
        return lookups;
    }

    @Override
    public void decide(StreamMachine machine, Decision decision, long nowMs) {
        if (wait.isEnded()) {
            return;
        }
        StreamTurn turn = new StreamTurn(machine, decision, rules, lookups, nowMs);
        turn.prepare(wait.command());
        if (lookups.isMissingSome()) {
            around.mustLookUp(this);
            return;
        }
        boolean hasSomething = turn.groups().reads().hasSomething(wait.command());
        if (hasSomething && !wait.take()) {
            return;
        }
        StreamAnswer answer = turn.groups().decide(wait.command());
        if (answer == null) {
            answer = new Refused(StreamFault.UNAVAILABLE);
        }
        if (hasSomething || !isEmpty(answer) || !wait.park()) {
            answerIfWanted(turn, decision, answer);
        } else if (!isAdded(turn)) {
            answerIfWanted(turn, decision, new Refused(StreamFault.TOO_MANY_WAITERS));
        }
        decision.afterCommit(() -> around.decided(turn), error -> {});
    }

    private static boolean isEmpty(StreamAnswer answer) {
        return answer instanceof GroupAnswer.Handed handed && handed.streams().isEmpty();
    }

    private void answerIfWanted(StreamTurn turn, Decision decision, StreamAnswer answer) {
        if (!wait.take()) {
            return;
        }
        if (turn.mayBeAnsweredEarly()) {
            decision.unhurried();
            wait.answer(answer);
        } else {
            turn.answerLater(wait, answer);
        }
    }

    private boolean isAdded(StreamTurn turn) {
        wait.dueMs(turn.dueMs(turn.groups().reads().claimableWallMs(wait.command())));
        return turn.machine().waiters().add(wait);
    }

    /** It cannot be decided. */
    void failed(StreamFault fault) {
        if (wait.take()) {
            wait.answer(new Refused(fault));
        }
    }

    /** What remains of it if nobody decides here. */
    @Override
    public void refused(ErrorCode reason) {
        failed(StreamFault.UNAVAILABLE);
    }

    /** Without anything for anybody. */
    static StreamAnswer nothing() {
        return new GroupAnswer.Handed(List.of());
    }
}
