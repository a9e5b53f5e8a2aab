package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;

/**
 * UnregisterBroker (KIP-631): the node leaves the cluster. Kafka forgets a broker at once and lets its partitions be short
 * of a replica; here it first gives away what it keeps, so the answer says that this has begun.
 */
final class UnregisterBrokerHandler implements ColdHandler<UnregisterBrokerRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.UNREGISTER_BROKER;
    }

    @Override
    public UnregisterBrokerRequestData newRequest() {
        return new UnregisterBrokerRequestData();
    }

    @Override
    public CompletableFuture<UnregisterBrokerResponseData> handle(
            UnregisterBrokerRequestData request, ColdContext context) {
        return context.broker()
                .cluster()
                .removeNode(request.brokerId())
                .thenApply(removed -> new UnregisterBrokerResponseData()
                        .setErrorCode(removed.error().kafkaCode())
                        .setErrorMessage(removed.isOk() ? null : removed.message()));
    }
}
