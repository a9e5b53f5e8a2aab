package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Repeated;
import io.sluice.protocol.kafka.codec.config.ConfigRequests.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        CompletableFuture<List<AlterConfigsResourceResponse>> answers = ConfigRequests.alterEach(
                request.resources(),
                wanted -> new Named(wanted.resourceType(), wanted.resourceName()),
                wanted -> alter(wanted, request.validateOnly(), context),
                IncrementalAlterConfigsHandler::encode);
        return answers.thenApply(all -> new IncrementalAlterConfigsResponseData().setResponses(all));
    }

    private static CompletableFuture<Result<Resource>> alter(
            AlterConfigsResource wanted, boolean validateOnly, ColdContext context) {
        List<String> names =
                wanted.configs().stream().map(AlterableConfig::name).toList();
        if (!Repeated.of(names).isEmpty()) {
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
