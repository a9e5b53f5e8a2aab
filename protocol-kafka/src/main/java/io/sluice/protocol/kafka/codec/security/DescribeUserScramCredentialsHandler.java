package io.sluice.protocol.kafka.codec.security;

import io.sluice.broker.api.Result;
import io.sluice.broker.api.UserService.User;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData.CredentialInfo;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData.DescribeUserScramCredentialsResult;

/** DescribeUserScramCredentials (KIP-554): mechanisms and iterations, nothing of what is kept of passwords. */
final class DescribeUserScramCredentialsHandler implements ColdHandler<DescribeUserScramCredentialsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_USER_SCRAM_CREDENTIALS;
    }

    @Override
    public DescribeUserScramCredentialsRequestData newRequest() {
        return new DescribeUserScramCredentialsRequestData();
    }

    @Override
    public CompletableFuture<DescribeUserScramCredentialsResponseData> handle(
            DescribeUserScramCredentialsRequestData request, ColdContext context) {
        Result<Map<String, User>> users = context.broker().users().all();
        DescribeUserScramCredentialsResponseData answer = new DescribeUserScramCredentialsResponseData();
        if (!users.isOk()) {
            return CompletableFuture.completedFuture(
                    answer.setErrorCode(users.error().kafkaCode()).setErrorMessage(users.message()));
        }
        boolean isAll = request.users() == null || request.users().isEmpty();
        Map<String, Integer> wanted = new LinkedHashMap<>();
        if (isAll) {
            users.get().keySet().forEach(name -> wanted.put(name, 1));
        } else {
            request.users().forEach(user -> wanted.merge(user.name(), 1, Integer::sum));
        }
        wanted.forEach((name, count) -> answer.results().add(describe(name, count, users.get())));
        return CompletableFuture.completedFuture(answer);
    }

    private static DescribeUserScramCredentialsResult describe(String name, int count, Map<String, User> users) {
        DescribeUserScramCredentialsResult result = new DescribeUserScramCredentialsResult().setUser(name);
        if (count > 1) {
            return failed(
                    result,
                    ErrorCode.DUPLICATE_RESOURCE,
                    "Cannot describe SCRAM credentials for the same user twice in a single request: " + name);
        }
        User user = users.get(name);
        if (user == null) {
            return failed(
                    result,
                    ErrorCode.RESOURCE_NOT_FOUND,
                    "Attempt to describe a user credential that does not exist: " + name);
        }
        user.iterations()
                .forEach((mechanism, iterations) -> result.credentialInfos()
                        .add(new CredentialInfo().setMechanism(mechanism.code()).setIterations(iterations)));
        return result;
    }

    private static DescribeUserScramCredentialsResult failed(
            DescribeUserScramCredentialsResult result, ErrorCode error, String message) {
        return result.setErrorCode(error.kafkaCode())
                .setErrorMessage(Result.failed(error, message).message());
    }
}
