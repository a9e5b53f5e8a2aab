package io.sluice.broker.move;

import io.sluice.broker.EventsOnly;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.CommandRunner;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A shard in one thread whose commands commit at once, with a clock of its own. */
final class AtOnceRunner implements CommandRunner {
    private List<StateMachine> machines;
    private long nowMs;

    AtOnceRunner(List<? extends StateMachine> machines, long nowMs) {
        this.machines = List.copyOf(machines);
        this.nowMs = nowMs;
        lead();
    }

    private void lead() {
        machines.forEach(machine -> {
            machine.published();
            machine.leaderStarted(nowMs);
        });
    }

    @Override
    public <M extends StateMachine> void submit(M machine, Command<M> command) {
        if (machines.contains(machine)) {
            decide(machine, decision -> command.decide(machine, decision, nowMs));
        } else {
            command.refused(ErrorCode.NOT_COORDINATOR);
        }
    }

    /** Passes time; what falls due is decided. */
    void advance(long byMs) {
        nowMs += byMs;
        for (StateMachine machine : machines) {
            while (machine.nextDeadlineMs() <= nowMs) {
                decide(machine, decision -> machine.deadlinePassed(decision, nowMs));
            }
        }
    }

    /** Another node leads, with what was committed; {@code fresh} gives its machines, in the same order. */
    void failOver(UnaryOperator<List<StateMachine>> fresh) {
        List<StateMachine> stopped = machines;
        machines = List.of();
        stopped.forEach(machine -> machine.leaderStopped(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        List<StateMachine> successors = fresh.apply(stopped);
        for (int i = 0; i < stopped.size(); i++) {
            successors.get(i).restore(stopped.get(i).snapshot());
        }
        machines = List.copyOf(successors);
        lead();
    }

    private static void decide(StateMachine machine, Consumer<Decision> body) {
        List<Runnable> answers = new ArrayList<>();
        body.accept(new EventsOnly() {
            @Override
            public void emit(ByteBuffer event) {
                // As one of its own: what is applied can be taken back until it is committed.
                machine.apply(event, undo -> {});
            }

            @Override
            public void afterCommit(Runnable onCommitted, Consumer<ErrorCode> onFailed) {
                answers.add(onCommitted);
            }
        });
        machine.published();
        answers.forEach(Runnable::run);
    }
}
