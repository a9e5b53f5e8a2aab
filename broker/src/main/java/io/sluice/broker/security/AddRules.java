package io.sluice.broker.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedCommand;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.security.SecurityEvent.RuleAdded;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Adds rules that were checked by themselves; answers for each, on the apply thread or the submitter's. */
record AddRules(List<Result<AccessRule>> checked, Consumer<Result<List<Result<AccessRule>>>> answer)
        implements ForwardedCommand<SecurityState> {
    private static final int RULES_MAX = 100_000;

    @Override
    public void decide(SecurityState state, Decision decision, long nowMs) {
        List<Result<AccessRule>> results = new ArrayList<>();
        for (Result<AccessRule> wanted : checked) {
            results.add(wanted.isOk() ? add(state, decision, wanted) : wanted);
        }
        decision.afterCommit(() -> answer.accept(Result.of(results)), error -> answer.accept(Result.failed(error)));
    }

    private static Result<AccessRule> add(SecurityState state, Decision decision, Result<AccessRule> wanted) {
        if (state.has(wanted.get())) {
            return wanted;
        }
        if (state.ruleCount() >= RULES_MAX) {
            return Result.failed(ErrorCode.POLICY_VIOLATION, "there are " + RULES_MAX + " rules; remove some first");
        }
        state.emit(decision, new RuleAdded(wanted.get()));
        return wanted;
    }

    @Override
    public int kind() {
        return CommandKinds.ADD_RULES;
    }

    @Override
    public void write(ByteWriter out) {
        writeResults(out, checked);
    }

    /** As another node wrote it. */
    static AddRules read(ByteReader in, Consumer<Result<List<Result<AccessRule>>>> answer) {
        return new AddRules(readResults(in), answer);
    }

    static void writeResults(ByteWriter out, List<Result<AccessRule>> results) {
        ForwardedResult.writeAll(
                out, results, (each, result) -> ForwardedResult.write(each, result, SecurityCodec::putRule));
    }

    private static List<Result<AccessRule>> readResults(ByteReader in) {
        return ForwardedResult.readAll(in, each -> ForwardedResult.read(each, SecurityCodec::getRule));
    }

    @Override
    public void answered(SecurityState state, ByteReader in) {
        answer.accept(ForwardedResult.read(in, AddRules::readResults));
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
