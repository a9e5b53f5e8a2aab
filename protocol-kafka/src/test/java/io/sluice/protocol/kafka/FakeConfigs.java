package io.sluice.protocol.kafka;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigService;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One configuration of each kind, which takes any value and keeps its own. */
record FakeConfigs(FakeTopics topics) implements ConfigService {
    @Override
    public Result<Collection<ConfigEntry>> describe(Resource resource) {
        return switch (resource.kind()) {
            case TOPIC ->
                topics.find(resource.name())
                        .map(topic -> Result.of(topics.describeConfigs(topic)))
                        .orElseGet(() -> Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            case BROKER -> Result.of(List.of(FakeTopics.entry("num.partitions", "1", ConfigEntry.Type.INT)));
            case GROUP ->
                Result.of(List.of(FakeTopics.entry("consumer.session.timeout.ms", "45000", ConfigEntry.Type.INT)));
        };
    }

    @Override
    public CompletableFuture<Result<Resource>> alter(Resource resource, List<Change> changes, boolean validateOnly) {
        return CompletableFuture.completedFuture(Result.of(resource));
    }

    @Override
    public CompletableFuture<Result<Resource>> replace(
            Resource resource, Map<String, String> configs, boolean validateOnly) {
        return CompletableFuture.completedFuture(Result.of(resource));
    }

    @Override
    public Result<Collection<String>> names(Kind kind) {
        return Result.of(
                kind == Kind.TOPIC ? topics.all().stream().map(Topic::name).toList() : List.of("1"));
    }
}
