package io.sluice.broker.dynamic;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.function.Consumer;

/** Answers on the apply thread once all that the state shows is committed. */
record ReadConfigs(Consumer<ErrorCode> answer) implements Command<ConfigsState> {
    @Override
    public void decide(ConfigsState state, Decision decision, long nowMs) {
        decision.afterCommit(() -> answer.accept(ErrorCode.NONE), answer);
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(reason);
    }
}
