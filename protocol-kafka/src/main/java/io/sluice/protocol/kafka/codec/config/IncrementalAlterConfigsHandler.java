package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.config.ConfigRequests.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;

/** IncrementalAlterConfigs: only what is named changes (KIP-339). */
final class IncrementalAlterConfigsHandler implements ColdHandler<IncrementalAlterConfigsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.INCREMENTAL_ALTER_CONFIGS;
    }

    @Override
    public IncrementalAlterConfigsRequestData newRequest() {
        return new IncrementalAlterConfigsRequestData();
    }

    @Override
    public CompletableFuture<IncrementalAlterConfigsResponseData> handle(
            IncrementalAlterConfigsRequestData request, ColdContext context) {
        List<Named> names = new ArrayList<>();
        request.resources().forEach(each -> names.add(new Named(each.resourceType(), each.resourceName())));
        Set<Named> repeated = ConfigRequests.repeated(names);
        List<CompletableFuture<AlterConfigsResourceResponse>> results = new ArrayList<>();
        for (AlterConfigsResource wanted : request.resources()) {
            boolean isRepeated = repeated.contains(new Named(wanted.resourceType(), wanted.resourceName()));
            CompletableFuture<Result<Resource>> altered = isRepeated
                    ? ConfigRequests.refused("Each resource must appear at most once.")
                    : alter(wanted, request.validateOnly(), context);
            results.add(altered.thenApply(result -> encode(wanted, result)));
        }
        return Gathering.of(results).thenApply(all -> new IncrementalAlterConfigsResponseData().setResponses(all));
    }

    private static CompletableFuture<Result<Resource>> alter(
            AlterConfigsResource wanted, boolean validateOnly, ColdContext context) {
        List<String> names =
                wanted.configs().stream().map(AlterableConfig::name).toList();
        if (ConfigRequests.hasRepeated(names)) {
            return ConfigRequests.refused("Error due to duplicate config keys");
        }
        List<String> nulls = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (AlterableConfig config : wanted.configs()) {
            Optional<Action> action = ConfigCodes.action(config.configOperation());
            if (action.isEmpty()) {
                return ConfigRequests.refused("Unknown operations type " + config.configOperation());
            }
            String value = config.value();
            if (value == null && action.get() != Action.DELETE) {
                nulls.add(config.name());
            }
            changes.add(new Change(config.name(), action.get(), value == null ? "" : value));
        }
        if (!nulls.isEmpty()) {
            return ConfigRequests.refused("Null value not supported for : " + String.join(", ", nulls));
        }
        if (wanted.resourceType() == ConfigCodes.BROKER_LOGGER) {
            Result<SortedMap<String, String>> altered =
                    LoggerConfigs.alter(wanted.resourceName(), changes, validateOnly, context.broker());
            return CompletableFuture.completedFuture(
                    altered.isOk()
                            ? Result.of(new Resource(Kind.BROKER, wanted.resourceName()))
                            : Result.failed(altered.error(), altered.message()));
        }
        Optional<Kind> kind = ConfigCodes.kind(wanted.resourceType());
        return kind.isEmpty()
                ? ConfigRequests.refused("Unknown resource type " + wanted.resourceType())
                : context.broker()
                        .configs()
                        .alter(new Resource(kind.get(), wanted.resourceName()), changes, validateOnly);
    }

    private static AlterConfigsResourceResponse encode(AlterConfigsResource wanted, Result<Resource> altered) {
        return new AlterConfigsResourceResponse()
                .setResourceType(wanted.resourceType())
                .setResourceName(wanted.resourceName())
                .setErrorCode(altered.error().kafkaCode())
                .setErrorMessage(altered.isOk() ? null : altered.message());
    }
}
