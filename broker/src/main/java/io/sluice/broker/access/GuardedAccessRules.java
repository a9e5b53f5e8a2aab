package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.AccessRuleService;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Access rules for one caller. */
record GuardedAccessRules(AccessRuleService rules, Access access) implements AccessRuleService {
    @Override
    public Result<List<AccessRule>> find(AccessRuleFilter filter) {
        return access.mayToCluster(Operation.DESCRIBE)
                ? rules.find(filter)
                : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    @Override
    public CompletableFuture<Result<List<Result<AccessRule>>>> add(List<AccessRule> added) {
        return access.mayToCluster(Operation.ALTER)
                ? rules.add(added)
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
    }

    @Override
    public CompletableFuture<Result<List<List<AccessRule>>>> remove(List<AccessRuleFilter> filters) {
        return access.mayToCluster(Operation.ALTER)
                ? rules.remove(filters)
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
    }
}
