package io.sluice.broker.stream;

import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamFault;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands of one client that are decided in one go. If something must be looked up on disk, nothing is decided; whoever waits
 * looks it up and submits the run again. On the shard's apply thread.
 */
final class StreamRun implements Command<StreamMachine> {
    private final List<StreamStep> steps;
    private final boolean isTransaction;
    private final StreamRules rules;
    private final Lookups lookups;
    private final Waiting waiting;

    /** Who waits for a run; on the apply thread: hands over only. */
    interface Waiting {
        /** It is durable. */
        void done(StreamTurn turn, List<StreamAnswer> answers);

        /** It is decided, and nobody minds if it happens again after a crash. */
        void handedOut(List<StreamAnswer> answers);

        /** What was handed out is durable too. */
        void committed(StreamTurn turn);

        /** All of it failed. */
        void failed(StreamFault fault);

        /** Something must be looked up first, then the run submitted again. */
        void mustLookUp(StreamRun run);
    }

    /** Whoever waits for entries of a group is served behind each step, or behind all of a transaction. */
    StreamRun(List<StreamStep> steps, boolean isTransaction, StreamRules rules, Lookups lookups, Waiting waiting) {
        this.steps = steps;
        this.isTransaction = isTransaction;
        this.rules = rules;
        this.lookups = lookups;
        this.waiting = waiting;
    }

    Lookups lookups() {
        return lookups;
    }

    @Override
    public void decide(StreamMachine machine, Decision decision, long nowMs) {
        StreamTurn turn = new StreamTurn(machine, decision, rules, lookups, nowMs);
        for (StreamStep step : steps) {
            turn.prepare(step.command());
        }
        if (lookups.isMissingSome()) {
            waiting.mustLookUp(this);
            return;
        }
        List<StreamAnswer> answers = decideAll(turn);
        if (answers == null) {
            // A watched key has changed; nothing was decided.
            decision.afterCommit(
                    () -> waiting.failed(StreamFault.CHANGED_MEANWHILE), error -> waiting.failed(fault(error)));
            return;
        }
        if (steps.size() == 1 && turn.mayBeAnsweredEarly()) {
            waiting.handedOut(answers);
            // What was handed out is acknowledged next, in the same entry if that comes soon.
            decision.unhurried();
            decision.afterCommit(() -> waiting.committed(turn), error -> {});
        } else {
            decision.afterCommit(() -> waiting.done(turn, answers), error -> waiting.failed(fault(error)));
        }
    }

    private @Nullable List<StreamAnswer> decideAll(StreamTurn turn) {
        List<StreamAnswer> answers = new ArrayList<>(steps.size());
        for (StreamStep step : steps) {
            StreamAnswer answer = turn.decide(step);
            StreamAnswer given = answer == null ? new Refused(StreamFault.UNAVAILABLE) : answer;
            if (given instanceof Refused refused && refused.fault() == StreamFault.CHANGED_MEANWHILE) {
                return null;
            }
            answers.add(given);
            if (!isTransaction && turn.isAwaited()) {
                turn.settle();
                GroupService.serve(turn);
            }
        }
        turn.settle();
        GroupService.serve(turn);
        return answers;
    }

    @Override
    public void refused(ErrorCode reason) {
        waiting.failed(fault(reason));
    }

    private static StreamFault fault(ErrorCode error) {
        return error == ErrorCode.MESSAGE_TOO_LARGE ? StreamFault.TOO_LARGE : StreamFault.UNAVAILABLE;
    }

    /** The same answer for each. */
    static List<StreamAnswer> allRefused(int count, StreamFault fault) {
        return Collections.nCopies(count, new Refused(fault));
    }
}
