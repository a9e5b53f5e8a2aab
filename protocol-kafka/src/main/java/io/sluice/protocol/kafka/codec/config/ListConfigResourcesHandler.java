package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData.ConfigResource;

/**
 * ListConfigResources (KIP-1142); version 0 asked for subscriptions to clients' metrics only, of which there are none.
 */
final class ListConfigResourcesHandler implements ColdHandler<ListConfigResourcesRequestData> {
    private static final List<Byte> ALL = List.of(
            ConfigCodes.TOPIC,
            ConfigCodes.BROKER,
            ConfigCodes.BROKER_LOGGER,
            ConfigCodes.CLIENT_METRICS,
            ConfigCodes.GROUP);
    private static final short TYPES_FROM = 1;

    @Override
    public KafkaApi api() {
        return KafkaApi.LIST_CONFIG_RESOURCES;
    }

    @Override
    public ListConfigResourcesRequestData newRequest() {
        return new ListConfigResourcesRequestData();
    }

    @Override
    public CompletableFuture<ListConfigResourcesResponseData> handle(
            ListConfigResourcesRequestData request, ColdContext context) {
        ListConfigResourcesResponseData answer = new ListConfigResourcesResponseData();
        if (context.version() < TYPES_FROM) {
            return CompletableFuture.completedFuture(answer);
        }
        if (!ALL.containsAll(request.resourceTypes())) {
            return CompletableFuture.completedFuture(answer.setErrorCode(ErrorCode.UNSUPPORTED_VERSION.kafkaCode()));
        }
        List<Byte> wanted = request.resourceTypes().isEmpty() ? ALL : request.resourceTypes();
        for (byte type : Set.copyOf(wanted)) {
            // Loggers are named by their broker; there are no subscriptions.
            ConfigCodes.kind(type == ConfigCodes.BROKER_LOGGER ? ConfigCodes.BROKER : type)
                    .ifPresent(kind -> add(type, context.broker().configs().names(kind), answer));
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static void add(byte type, Result<Collection<String>> names, ListConfigResourcesResponseData answer) {
        if (!names.isOk()) {
            answer.setErrorCode(names.error().kafkaCode());
            return;
        }
        for (String name : names.get()) {
            answer.configResources()
                    .add(new ConfigResource().setResourceType(type).setResourceName(name));
        }
    }
}
