package io.sluice.broker.access;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.UserService;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Users for one caller. */
record GuardedUsers(UserService users, Guard access) implements UserService {
    @Override
    public Result<Map<String, User>> all() {
        return access.mayToCluster(Operation.DESCRIBE)
                ? users.all()
                : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    @Override
    public CompletableFuture<Result<List<ErrorCode>>> change(List<UserChange> changes) {
        return access.mayToCluster(Operation.ALTER)
                ? users.change(changes).whenComplete((result, failure) -> tell(changes, result))
                : CompletableFuture.completedFuture(Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
    }

    private void tell(List<UserChange> changes, @Nullable Result<List<ErrorCode>> result) {
        if (result == null || !result.isOk()) {
            return;
        }
        for (int i = 0; i < changes.size(); i++) {
            if (result.get().get(i) == ErrorCode.NONE) {
                access.changed("user", changes.get(i));
            }
        }
    }
}
