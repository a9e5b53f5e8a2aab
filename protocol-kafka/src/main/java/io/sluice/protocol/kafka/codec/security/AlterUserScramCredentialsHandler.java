package io.sluice.protocol.kafka.codec.security;

import io.sluice.broker.api.Result;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.UserService.RemoveCredential;
import io.sluice.broker.api.UserService.SetCredential;
import io.sluice.broker.api.UserService.UserChange;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData.ScramCredentialDeletion;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData.ScramCredentialUpsertion;
import org.apache.kafka.common.message.AlterUserScramCredentialsResponseData;
import org.apache.kafka.common.message.AlterUserScramCredentialsResponseData.AlterUserScramCredentialsResult;
import org.jspecify.annotations.Nullable;

/**
 * AlterUserScramCredentials (KIP-554): at most one change a user and request, as in Kafka, which tells the first thing
 * wrong with the changes of a user. Clients send the salted password, never the password.
 */
final class AlterUserScramCredentialsHandler implements ColdHandler<AlterUserScramCredentialsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.ALTER_USER_SCRAM_CREDENTIALS;
    }

    @Override
    public AlterUserScramCredentialsRequestData newRequest() {
        return new AlterUserScramCredentialsRequestData();
    }

    @Override
    public CompletableFuture<AlterUserScramCredentialsResponseData> handle(
            AlterUserScramCredentialsRequestData request, ColdContext context) {
        Map<String, Result<UserChange>> wanted = new LinkedHashMap<>();
        request.deletions().forEach(deletion -> add(wanted, deletion.name(), removal(deletion)));
        request.upsertions().forEach(upsertion -> add(wanted, upsertion.name(), setting(upsertion)));
        List<UserChange> changes = new ArrayList<>();
        wanted.values().stream().filter(Result::isOk).forEach(change -> changes.add(change.get()));
        return context.broker().users().change(changes).thenApply(result -> encode(wanted, changes, result));
    }

    private static void add(Map<String, Result<UserChange>> wanted, String user, Result<UserChange> change) {
        wanted.merge(
                user,
                change,
                (first, second) -> first.isOk()
                        ? Result.failed(
                                ErrorCode.DUPLICATE_RESOURCE,
                                "A user credential cannot be altered twice in the same request")
                        : first);
    }

    private static Result<UserChange> removal(ScramCredentialDeletion deletion) {
        Optional<ScramMechanism> mechanism = ScramMechanism.find(deletion.mechanism());
        if (deletion.name().isEmpty()) {
            return Result.failed(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Username must not be empty");
        }
        return mechanism.isEmpty()
                ? Result.failed(ErrorCode.UNSUPPORTED_SASL_MECHANISM, "Unknown SCRAM mechanism")
                : Result.of(new RemoveCredential(deletion.name(), mechanism.get()));
    }

    private static Result<UserChange> setting(ScramCredentialUpsertion upsertion) {
        Optional<ScramMechanism> mechanism = ScramMechanism.find(upsertion.mechanism());
        if (upsertion.name().isEmpty()) {
            return Result.failed(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Username must not be empty");
        }
        if (mechanism.isEmpty()) {
            return Result.failed(ErrorCode.UNSUPPORTED_SASL_MECHANISM, "Unknown SCRAM mechanism");
        }
        if (upsertion.iterations() < ScramMechanism.ITERATIONS_MIN) {
            return Result.failed(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Too few iterations");
        }
        if (upsertion.iterations() > ScramMechanism.ITERATIONS_MAX) {
            return Result.failed(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Too many iterations");
        }
        // No login could be checked with such a one; neither HMAC nor PBKDF2 takes it.
        if (upsertion.salt().length == 0 || upsertion.saltedPassword().length == 0) {
            return Result.failed(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Salt and salted password must not be empty");
        }
        return Result.of(new SetCredential(
                upsertion.name(),
                mechanism.get(),
                upsertion.iterations(),
                upsertion.salt(),
                upsertion.saltedPassword()));
    }

    private static AlterUserScramCredentialsResponseData encode(
            Map<String, Result<UserChange>> wanted, List<UserChange> changes, Result<List<ErrorCode>> result) {
        AlterUserScramCredentialsResponseData answer = new AlterUserScramCredentialsResponseData();
        wanted.forEach((user, change) -> {
            AlterUserScramCredentialsResult each = new AlterUserScramCredentialsResult().setUser(user);
            answer.results().add(each);
            if (!result.isOk()) {
                each.setErrorCode(result.error().kafkaCode()).setErrorMessage(result.message());
            } else if (!change.isOk()) {
                each.setErrorCode(change.error().kafkaCode()).setErrorMessage(change.message());
            } else {
                ErrorCode error = result.get().get(changes.indexOf(change.get()));
                each.setErrorCode(error.kafkaCode()).setErrorMessage(message(error));
            }
        });
        return answer;
    }

    private static @Nullable String message(ErrorCode error) {
        return switch (error) {
            case NONE -> null;
            case RESOURCE_NOT_FOUND -> "Attempt to delete a user credential that does not exist";
            case ErrorCode other -> other.text();
        };
    }
}
