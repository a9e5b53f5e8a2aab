package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;

/**
 * InitProducerId for idempotent producers: always a new id with epoch 0, as Kafka answers without a transactional id.
 * With one it is refused: there are no transactions yet, and INVALID_REQUEST is fatal to every client, where a retriable
 * code would let it ask for ever. An id without an epoch, or the other way round, is refused as by Kafka.
 */
final class InitProducerIdHandler implements ColdHandler<InitProducerIdRequestData> {
    private static final long NO_PRODUCER_ID = -1;
    private static final short NO_PRODUCER_EPOCH = -1;

    @Override
    public KafkaApi api() {
        return KafkaApi.INIT_PRODUCER_ID;
    }

    @Override
    public InitProducerIdRequestData newRequest() {
        return new InitProducerIdRequestData();
    }

    @Override
    public CompletableFuture<InitProducerIdResponseData> handle(
            InitProducerIdRequestData request, ColdContext context) {
        boolean isHalfNamed =
                (request.producerId() == NO_PRODUCER_ID) != (request.producerEpoch() == NO_PRODUCER_EPOCH);
        if (request.transactionalId() != null || isHalfNamed) {
            return CompletableFuture.completedFuture(failed(ErrorCode.INVALID_REQUEST));
        }
        return context.broker()
                .producerIds()
                .next()
                .thenApply(result -> result.isOk()
                        ? new InitProducerIdResponseData()
                                .setProducerId(result.get())
                                .setProducerEpoch((short) 0)
                        : failed(result.error()));
    }

    private static InitProducerIdResponseData failed(ErrorCode error) {
        return new InitProducerIdResponseData()
                .setErrorCode(error.kafkaCode())
                .setProducerId(NO_PRODUCER_ID)
                .setProducerEpoch(NO_PRODUCER_EPOCH);
    }
}
