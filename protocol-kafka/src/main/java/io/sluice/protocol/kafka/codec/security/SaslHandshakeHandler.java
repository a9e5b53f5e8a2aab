package io.sluice.protocol.kafka.codec.security;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.Authentication;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;

/** SaslHandshake (KIP-43): the client chooses a mechanism. After version 0 tokens follow without requests (KIP-152). */
final class SaslHandshakeHandler implements ColdHandler<SaslHandshakeRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.SASL_HANDSHAKE;
    }

    @Override
    public SaslHandshakeRequestData newRequest() {
        return new SaslHandshakeRequestData();
    }

    @Override
    public CompletableFuture<SaslHandshakeResponseData> handle(SaslHandshakeRequestData request, ColdContext context) {
        Authentication authentication = context.client().authentication();
        ErrorCode error = switch (authentication.handshake(request.mechanism(), context.version() == 0)) {
            case BEGUN -> ErrorCode.NONE;
            case NOT_OFFERED -> ErrorCode.UNSUPPORTED_SASL_MECHANISM;
            case NOT_NOW -> ErrorCode.ILLEGAL_SASL_STATE;
        };
        return CompletableFuture.completedFuture(new SaslHandshakeResponseData()
                .setErrorCode(error.kafkaCode())
                .setMechanisms(authentication.mechanisms()));
    }
}
