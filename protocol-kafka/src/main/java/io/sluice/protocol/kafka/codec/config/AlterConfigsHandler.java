package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.config.ConfigRequests.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        return Gathering.of(results).thenApply(all -> new AlterConfigsResponseData().setResponses(all));
    }

    private static CompletableFuture<Result<Resource>> alter(
            AlterConfigsResource wanted, boolean validateOnly, ColdContext context) {
        List<String> names =
                wanted.configs().stream().map(AlterableConfig::name).toList();
        if (ConfigRequests.hasRepeated(names)) {
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
