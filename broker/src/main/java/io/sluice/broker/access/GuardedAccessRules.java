package io.sluice.broker.access;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.AccessRuleService;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Access rules for one caller. */
record GuardedAccessRules(AccessRuleService rules, Guard access) implements AccessRuleService {
    @Override
    public Result<List<AccessRule>> find(AccessRuleFilter filter) {
        return access.mayToCluster(Operation.DESCRIBE)
                ? rules.find(filter)
                : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    @Override
    public CompletableFuture<Result<List<Result<AccessRule>>>> add(List<AccessRule> added) {
        return access.mayToCluster(Operation.ALTER)
                ? rules.add(added).whenComplete((result, failure) -> tellAdded(result))
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
    }

    @Override
    public CompletableFuture<Result<List<List<AccessRule>>>> remove(List<AccessRuleFilter> filters) {
        return access.mayToCluster(Operation.ALTER)
                ? rules.remove(filters).whenComplete((result, failure) -> tellRemoved(result))
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
    }

    private void tellAdded(@Nullable Result<List<Result<AccessRule>>> result) {
        if (result != null && result.isOk()) {
            result.get().stream().filter(Result::isOk).forEach(rule -> access.changed("rule_added", rule.get()));
        }
    }

    private void tellRemoved(@Nullable Result<List<List<AccessRule>>> result) {
        if (result != null && result.isOk()) {
            result.get().stream()
                    .flatMap(List::stream)
                    .distinct()
                    .forEach(rule -> access.changed("rule_removed", rule));
        }
    }
}
