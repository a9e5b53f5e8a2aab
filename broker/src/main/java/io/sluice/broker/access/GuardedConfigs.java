package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigService;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Configurations for one caller. */
record GuardedConfigs(ConfigService configs, Access access) implements ConfigService {
    @Override
    public Result<Collection<ConfigEntry>> describe(Resource resource) {
        return denial(Operation.DESCRIBE_CONFIGS, resource)
                .map(Result::<Collection<ConfigEntry>>failed)
                .orElseGet(() -> configs.describe(resource));
    }

    @Override
    public CompletableFuture<Result<Resource>> alter(Resource resource, List<Change> changes, boolean validateOnly) {
        return denial(Operation.ALTER_CONFIGS, resource)
                .map(GuardedConfigs::denied)
                .orElseGet(() -> configs.alter(resource, changes, validateOnly));
    }

    @Override
    public CompletableFuture<Result<Resource>> replace(
            Resource resource, Map<String, String> wanted, boolean validateOnly) {
        return denial(Operation.ALTER_CONFIGS, resource)
                .map(GuardedConfigs::denied)
                .orElseGet(() -> configs.replace(resource, wanted, validateOnly));
    }

    @Override
    public Result<Collection<String>> names(Kind kind) {
        return access.mayToCluster(Operation.DESCRIBE_CONFIGS)
                ? configs.names(kind)
                : Result.failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    }

    private Optional<ErrorCode> denial(Operation operation, Resource resource) {
        return switch (resource.kind()) {
            case TOPIC ->
                access.may(operation, ResourceType.TOPIC, resource.name())
                        ? Optional.empty()
                        : Optional.of(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
            case GROUP ->
                access.may(operation, ResourceType.GROUP, resource.name())
                        ? Optional.empty()
                        : Optional.of(ErrorCode.GROUP_AUTHORIZATION_FAILED);
            case BROKER ->
                access.mayToCluster(operation) ? Optional.empty() : Optional.of(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
        };
    }

    private static CompletableFuture<Result<Resource>> denied(ErrorCode error) {
        return CompletableFuture.completedFuture(Result.failed(error));
    }
}
