package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.UserService.User;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData.ScramCredentialDeletion;
import org.apache.kafka.common.message.AlterUserScramCredentialsRequestData.ScramCredentialUpsertion;
import org.apache.kafka.common.message.AlterUserScramCredentialsResponseData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of users, each with its own error, in the order and words of Kafka's {@code ScramControlManager}. */
final class UserRequestsTest {
    private static final byte SHA_256 = 1;
    private static final byte SHA_512 = 2;
    private static final byte UNKNOWN = 9;

    @TempDir
    static Path folder;

    private static BrokerServer server;

    @BeforeAll
    static void start() {
        server = new BrokerServer(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aUserThatIsChangedTwiceInARequestIsNotChanged() {
        alter(List.of(), List.of(upsertion("both", SHA_256, 4096)));

        Map<String, ErrorCode> errors = alter(
                List.of(deletion("both", SHA_256)),
                List.of(
                        upsertion("both", SHA_256, 8192),
                        upsertion("twice", SHA_256, 4096),
                        upsertion("twice", SHA_512, 4096),
                        upsertion("once", SHA_256, 4096)));

        assertThat(errors)
                .containsOnly(
                        Map.entry("both", ErrorCode.DUPLICATE_RESOURCE),
                        Map.entry("twice", ErrorCode.DUPLICATE_RESOURCE),
                        Map.entry("once", ErrorCode.NONE));
        assertThat(server.broker.users().all().get().values())
                .extracting(User::name, User::iterations)
                .containsExactlyInAnyOrder(
                        tuple("both", Map.of(ScramMechanism.SCRAM_SHA_256, 4096)),
                        tuple("once", Map.of(ScramMechanism.SCRAM_SHA_256, 4096)));
    }

    @Test
    void theFirstThingWrongWithAUserIsTold() {
        Map<String, ErrorCode> errors = alter(
                List.of(deletion("removed", UNKNOWN), deletion("removed", SHA_256)),
                List.of(
                        upsertion("weak", SHA_256, 4095),
                        upsertion("weak", SHA_256, 4096),
                        upsertion("slow", SHA_256, 16_385),
                        upsertion("", SHA_256, 4096)));

        assertThat(errors)
                .containsOnly(
                        Map.entry("removed", ErrorCode.UNSUPPORTED_SASL_MECHANISM),
                        Map.entry("weak", ErrorCode.UNACCEPTABLE_CREDENTIAL),
                        Map.entry("slow", ErrorCode.UNACCEPTABLE_CREDENTIAL),
                        Map.entry("", ErrorCode.UNACCEPTABLE_CREDENTIAL));
    }

    @Test
    void whatIsNotThereCannotBeRemoved() {
        assertThat(alter(List.of(deletion("stranger", SHA_256)), List.of()))
                .containsOnly(Map.entry("stranger", ErrorCode.RESOURCE_NOT_FOUND));
    }

    private static Map<String, ErrorCode> alter(
            List<ScramCredentialDeletion> deletions, List<ScramCredentialUpsertion> upsertions) {
        Map<Short, ErrorCode> byCode = new HashMap<>();
        List.of(ErrorCode.values()).forEach(error -> byCode.put(error.kafkaCode(), error));
        Map<String, ErrorCode> errors = new HashMap<>();
        try (WireClient client = server.client()) {
            client.ask(
                            KafkaApi.ALTER_USER_SCRAM_CREDENTIALS,
                            0,
                            new AlterUserScramCredentialsRequestData()
                                    .setDeletions(deletions)
                                    .setUpsertions(upsertions),
                            AlterUserScramCredentialsResponseData.class)
                    .results()
                    .forEach(result -> errors.put(result.user(), byCode.get(result.errorCode())));
        }
        return errors;
    }

    private static ScramCredentialDeletion deletion(String user, byte mechanism) {
        return new ScramCredentialDeletion().setName(user).setMechanism(mechanism);
    }

    private static ScramCredentialUpsertion upsertion(String user, byte mechanism, int iterations) {
        return new ScramCredentialUpsertion()
                .setName(user)
                .setMechanism(mechanism)
                .setIterations(iterations)
                .setSalt(new byte[] {1, 2, 3})
                .setSaltedPassword(new byte[mechanism == SHA_512 ? 64 : 32]);
    }
}
