package io.sluice.protocol.kafka.codec.security;

import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.Authentication;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;

/** SaslAuthenticate: one token of the login (KIP-152); from version 1 on with the session's length (KIP-368). */
final class SaslAuthenticateHandler implements ColdHandler<SaslAuthenticateRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.SASL_AUTHENTICATE;
    }

    @Override
    public SaslAuthenticateRequestData newRequest() {
        return new SaslAuthenticateRequestData();
    }

    @Override
    public CompletableFuture<SaslAuthenticateResponseData> handle(
            SaslAuthenticateRequestData request, ColdContext context) {
        Authentication authentication = context.client().authentication();
        if (!authentication.takesTokens()) {
            return CompletableFuture.completedFuture(new SaslAuthenticateResponseData()
                    .setErrorCode(ErrorCode.ILLEGAL_SASL_STATE.kafkaCode())
                    .setErrorMessage(ErrorCode.ILLEGAL_SASL_STATE.text()));
        }
        return authentication
                .authenticate(request.authBytes())
                .thenApply(outcome -> outcome.isOk()
                        ? new SaslAuthenticateResponseData()
                                .setAuthBytes(outcome.bytes())
                                .setSessionLifetimeMs(outcome.sessionMs())
                        : failed(authentication.mechanism()));
    }

    /** The same words whatever was wrong: they tell nobody which users there are. */
    private static SaslAuthenticateResponseData failed(String mechanism) {
        return new SaslAuthenticateResponseData()
                .setErrorCode(ErrorCode.SASL_AUTHENTICATION_FAILED.kafkaCode())
                .setErrorMessage("Authentication failed due to invalid credentials with SASL mechanism " + mechanism);
    }
}
