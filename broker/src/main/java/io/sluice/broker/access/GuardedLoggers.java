package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.LoggerService;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.Map;
import java.util.SortedMap;

/** Levels of the log for one caller. */
record GuardedLoggers(LoggerService loggers, Access access) implements LoggerService {
    @Override
    public Result<SortedMap<String, String>> levels() {
        return access.mayToCluster(Operation.DESCRIBE_CONFIGS)
                ? loggers.levels()
                : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    @Override
    public Result<SortedMap<String, String>> set(Map<String, String> levels) {
        return access.mayToCluster(Operation.ALTER_CONFIGS)
                ? loggers.set(levels)
                : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }
}
