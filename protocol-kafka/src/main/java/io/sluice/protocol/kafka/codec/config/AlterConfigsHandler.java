package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Repeated;
import io.sluice.protocol.kafka.codec.config.ConfigRequests.Named;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;

/** AlterConfigs: a resource has what is named and nothing else from then on (KIP-133). */
final class AlterConfigsHandler implements ColdHandler<AlterConfigsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.ALTER_CONFIGS;
    }

    @Override
    public AlterConfigsRequestData newRequest() {
        return new AlterConfigsRequestData();
    }

    @Override
    public CompletableFuture<AlterConfigsResponseData> handle(AlterConfigsRequestData request, ColdContext context) {
        CompletableFuture<List<AlterConfigsResourceResponse>> answers = ConfigRequests.alterEach(
                request.resources(),
                wanted -> new Named(wanted.resourceType(), wanted.resourceName()),
                wanted -> alter(wanted, request.validateOnly(), context),
                AlterConfigsHandler::encode);
        return answers.thenApply(all -> new AlterConfigsResponseData().setResponses(all));
    }

    private static CompletableFuture<Result<Resource>> alter(
            AlterConfigsResource wanted, boolean validateOnly, ColdContext context) {
        List<String> names =
                wanted.configs().stream().map(AlterableConfig::name).toList();
        if (!Repeated.of(names).isEmpty()) {
            return ConfigRequests.refused("Error due to duplicate config keys");
        }
        List<String> nulls = wanted.configs().stream()
                .filter(config -> config.value() == null)
                .map(AlterableConfig::name)
                .toList();
        if (!nulls.isEmpty()) {
            return ConfigRequests.refused("Null value not supported for : " + String.join(", ", nulls));
        }
        Optional<Kind> kind = ConfigCodes.kind(wanted.resourceType());
        if (kind.isEmpty()) {
            return ConfigRequests.refused("Unknown resource type " + wanted.resourceType());
        }
        Map<String, String> configs = new HashMap<>();
        wanted.configs().forEach(config -> configs.put(config.name(), config.value()));
        return context.broker()
                .configs()
                .replace(new Resource(kind.get(), wanted.resourceName()), configs, validateOnly);
    }

    private static AlterConfigsResourceResponse encode(AlterConfigsResource wanted, Result<Resource> altered) {
        return new AlterConfigsResourceResponse()
                .setResourceType(wanted.resourceType())
                .setResourceName(wanted.resourceName())
                .setErrorCode(altered.error().kafkaCode())
                .setErrorMessage(altered.isOk() ? null : altered.message());
    }
}
