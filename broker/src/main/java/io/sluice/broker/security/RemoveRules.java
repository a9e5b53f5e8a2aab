package io.sluice.broker.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedCommand;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.security.SecurityEvent.RuleRemoved;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Removes what filters mean. A rule that two of them mean is in the answer of both, as in Kafka. */
record RemoveRules(List<AccessRuleFilter> filters, Consumer<Result<List<List<AccessRule>>>> answer)
        implements ForwardedCommand<SecurityState> {
    @Override
    public void decide(SecurityState state, Decision decision, long nowMs) {
        List<List<AccessRule>> results = new ArrayList<>();
        TreeSet<AccessRule> removed = new TreeSet<>();
        List<AccessRule> rules = state.rules();
        for (AccessRuleFilter filter : filters) {
            List<AccessRule> meant = rules.stream().filter(filter::matches).toList();
            results.add(meant);
            removed.addAll(meant);
        }
        removed.forEach(rule -> state.emit(decision, new RuleRemoved(rule)));
        decision.afterCommit(() -> answer.accept(Result.of(results)), error -> answer.accept(Result.failed(error)));
    }

    @Override
    public int kind() {
        return CommandKinds.REMOVE_RULES;
    }

    @Override
    public void write(ByteWriter out) {
        ForwardedResult.writeAll(out, filters, SecurityCodec::putFilter);
    }

    /** As another node wrote it. */
    static RemoveRules read(ByteReader in, Consumer<Result<List<List<AccessRule>>>> answer) {
        return new RemoveRules(ForwardedResult.readAll(in, SecurityCodec::getFilter), answer);
    }

    static void writeResults(ByteWriter out, List<List<AccessRule>> results) {
        ForwardedResult.writeAll(
                out, results, (each, rules) -> ForwardedResult.writeAll(each, rules, SecurityCodec::putRule));
    }

    private static List<List<AccessRule>> readResults(ByteReader in) {
        return ForwardedResult.readAll(in, each -> ForwardedResult.readAll(each, SecurityCodec::getRule));
    }

    @Override
    public void answered(SecurityState state, ByteReader in) {
        answer.accept(ForwardedResult.read(in, RemoveRules::readResults));
    }

    @Override
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
