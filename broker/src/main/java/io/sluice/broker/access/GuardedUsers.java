package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.UserService;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Users for one caller. */
record GuardedUsers(UserService users, Access access) implements UserService {
    @Override
    public Result<Map<String, User>> all() {
        return access.mayToCluster(Operation.DESCRIBE)
                ? users.all()
                : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    @Override
    public CompletableFuture<Result<List<ErrorCode>>> change(List<UserChange> changes) {
        return access.mayToCluster(Operation.ALTER)
                ? users.change(changes)
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
    }
}
