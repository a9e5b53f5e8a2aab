package io.sluice.broker.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.Result;
import io.sluice.broker.security.SecurityEvent.RuleRemoved;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Removes what filters mean. A rule that two of them mean is in the answer of both, as in Kafka. */
record RemoveRules(List<AccessRuleFilter> filters, Consumer<Result<List<List<AccessRule>>>> answer)
        implements Command<SecurityState> {
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
    public void refused(ErrorCode reason) {
        answer.accept(Result.failed(reason));
    }
}
