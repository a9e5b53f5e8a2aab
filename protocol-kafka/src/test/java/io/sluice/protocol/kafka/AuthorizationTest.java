package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.LocalBroker;
import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.LoginSettings;
import io.sluice.broker.api.Logins;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.QuotaFilter;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.UserService.SetCredential;
import io.sluice.broker.api.UserService.UserChange;
import io.sluice.broker.login.LocalLogins;
import io.sluice.common.SystemClock;
import io.sluice.network.PrincipalMapping;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslAuthenticateResponseData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every request by somebody without a rule, by somebody with exactly the rule it needs, and by a super user, over the
 * real broker. A request that has no place in the table does not compile.
 */
final class AuthorizationTest {
    private static final int NO_TOPIC = 29;
    private static final int NO_GROUP = 30;
    private static final int NO_CLUSTER = 31;
    private static final List<Integer> DENIALS = List.of(NO_TOPIC, NO_GROUP, NO_CLUSTER, 53);
    private static final String PASSWORD = "secret";
    private static final java.util.regex.Pattern ERROR = java.util.regex.Pattern.compile("rrorCode=(-?\\d+)");

    @TempDir
    static Path folder;

    private static BrokerServer server;
    private static int topicCount;

    private Topic topic;
    private Samples samples;

    @BeforeAll
    static void start() {
        server = new BrokerServer(
                folder,
                broker -> broker.with("sluice.authorizer", "on").with("super.users", "User:root"),
                door -> door,
                AuthorizationTest::plain);
        List<UserChange> users = new ArrayList<>();
        for (String name : List.of("root", "nobody", "somebody")) {
            byte[] salt = {1, 2, 3};
            users.add(new SetCredential(
                    name,
                    ScramMechanism.SCRAM_SHA_256,
                    4096,
                    salt,
                    ScramMechanism.SCRAM_SHA_256.salted(PASSWORD.toCharArray(), salt, 4096)));
        }
        server.broker.users().change(users).join();
    }

    private static KafkaSecurity plain(LocalBroker broker) {
        LoginSettings settings = new LoginSettings(List.of(Logins.PLAIN), 0, 0);
        Logins logins =
                new LocalLogins(settings, broker.security(), Optional.empty(), new Random(3), new SystemClock());
        return new KafkaSecurity(logins, Optional.empty(), PrincipalMapping.parse("DEFAULT"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void topicWithoutRules() {
        server.broker.accessRules().remove(List.of(AccessRuleFilter.EVERYTHING)).join();
        topicCount++;
        topic = server.create("topic-" + topicCount, 2);
        samples = Samples.of(topic);
    }

    @ParameterizedTest
    @EnumSource(KafkaApi.class)
    void whoHasNoRuleIsDeniedAndChangesNothing(KafkaApi api) {
        String before = everything();

        ApiMessage answer = ask("nobody", api);

        Need need = need(api);
        assertThat(errors(answer)).as(answer.toString()).contains(need.denial());
        assertThat(everything()).isEqualTo(before);
        if (need.denial() != 0) {
            assertThat(answer.toString()).doesNotContain("highWatermark=2", "maxTimestamp", "partitionIndex=1");
        }
    }

    @ParameterizedTest
    @EnumSource(KafkaApi.class)
    void aDenialHasItsFormInEveryVersion(KafkaApi api) {
        try (WireClient client = login("nobody")) {
            for (int version = api.versionMin(); version <= api.versionMax(); version++) {
                ApiMessage answer = client.ask(api, version, samples.request(api, version), ApiMessage.class);
                assertThat(errors(answer)).as("version %d: %s", version, answer).doesNotContain(-1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KafkaApi.class)
    void whoHasExactlyTheRuleItNeedsIsNotDenied(KafkaApi api) {
        server.broker.accessRules().add(need(api).rules()).join();

        assertThat(errors(ask("somebody", api))).doesNotContainAnyElementsOf(DENIALS);
    }

    @ParameterizedTest
    @EnumSource(KafkaApi.class)
    void aSuperUserIsNeverDenied(KafkaApi api) {
        assertThat(errors(ask("root", api))).doesNotContainAnyElementsOf(DENIALS);
    }

    @Test
    void listsShowOnlyWhatMayBeDescribed() {
        Topic other = server.create("other-" + topicCount, 1);
        server.broker.accessRules().add(List.of(onTopic(Operation.WRITE))).join();

        String answer = ask("somebody", KafkaApi.METADATA, 12, allTopics()).toString();

        assertThat(answer).contains("'" + topic.name() + "'").doesNotContain("'" + other.name() + "'");
    }

    @Test
    void whoMayDescribeTheClusterSeesTheSizesOfAllTopics() {
        server.broker
                .accessRules()
                .add(need(KafkaApi.DESCRIBE_LOG_DIRS).rules())
                .join();

        String answer = ask("somebody", KafkaApi.DESCRIBE_LOG_DIRS, 4, new DescribeLogDirsRequestData().setTopics(null))
                .toString();

        assertThat(answer).contains("'" + topic.name() + "'", "partitionIndex=1");
    }

    @Test
    void aRuleThatIsTakenAwayEndsAFetchSession() {
        server.broker.accessRules().add(List.of(onTopic(Operation.READ))).join();
        try (WireClient client = login("somebody")) {
            var first = client.ask(
                    KafkaApi.FETCH, 12, samples.fetch(12).setSessionEpoch(0).setMaxWaitMs(0), ApiMessage.class);
            assertThat(errors(first)).containsOnly(0);
            int session = ((org.apache.kafka.common.message.FetchResponseData) first).sessionId();
            assertThat(session).isNotZero();

            server.broker
                    .accessRules()
                    .remove(List.of(AccessRuleFilter.EVERYTHING))
                    .join();
            var second = client.ask(
                    KafkaApi.FETCH,
                    12,
                    new org.apache.kafka.common.message.FetchRequestData()
                            .setSessionId(session)
                            .setSessionEpoch(1)
                            .setMinBytes(1)
                            .setMaxBytes(1 << 20),
                    ApiMessage.class);

            assertThat(errors(second)).contains(NO_TOPIC);
        }
    }

    @Test
    void beforeTheLoginOnlyTheLoginIsAnswered() {
        try (WireClient client = server.client()) {
            client.ask(KafkaApi.API_VERSIONS, 0, samples.request(KafkaApi.API_VERSIONS, 0), ApiMessage.class);
            client.send(KafkaApi.METADATA, 9, allTopics());
            assertThat(client.isHungUp()).isTrue();
        }
    }

    @Test
    void aWrongPasswordIsRefusedInWordsThatTellNothing() {
        try (WireClient client = server.client()) {
            SaslAuthenticateResponseData unknown = authenticate(client, "stranger", "x");
            assertThat(unknown.errorCode()).isEqualTo((short) 58);
            assertThat(client.isHungUp()).isTrue();
            try (WireClient second = server.client()) {
                SaslAuthenticateResponseData wrong = authenticate(second, "root", "x");
                assertThat(wrong.errorMessage())
                        .isEqualTo(unknown.errorMessage())
                        .doesNotContain("root");
            }
        }
    }

    @Test
    void aMechanismThatIsNotOfferedIsRefusedWithThoseThatAre() {
        try (WireClient client = server.client()) {
            var answer = client.ask(
                    KafkaApi.SASL_HANDSHAKE,
                    1,
                    new SaslHandshakeRequestData().setMechanism("SCRAM-SHA-256"),
                    SaslHandshakeResponseData.class);
            assertThat(answer.errorCode()).isEqualTo((short) 33);
            assertThat(answer.mechanisms()).containsExactly("PLAIN");
            assertThat(client.isHungUp()).isTrue();
        }
    }

    /**
     * What a request needs.
     *
     * @param denial the error of who does not have it, 0 if it needs nothing or only shows less
     * @param rules each of them, and no other
     */
    private record Need(int denial, List<AccessRule> rules) {
        static Need nothing() {
            return new Need(0, List.of());
        }
    }

    private Need need(KafkaApi api) {
        return switch (api) {
            case PRODUCE -> topic(Operation.WRITE);
            case FETCH -> topic(Operation.READ);
            case LIST_OFFSETS, METADATA, DESCRIBE_TOPIC_PARTITIONS -> topic(Operation.DESCRIBE);
            case OFFSET_COMMIT -> new Need(NO_GROUP, List.of(onGroup(Operation.READ), onTopic(Operation.READ)));
            case OFFSET_FETCH -> new Need(NO_GROUP, List.of(onGroup(Operation.DESCRIBE), onTopic(Operation.DESCRIBE)));
            case FIND_COORDINATOR, DESCRIBE_GROUPS -> group(Operation.DESCRIBE);
            case DELETE_GROUPS -> group(Operation.DELETE);
            case OFFSET_DELETE -> new Need(NO_GROUP, List.of(onGroup(Operation.DELETE), onTopic(Operation.READ)));
            case CONSUMER_GROUP_DESCRIBE -> group(Operation.DESCRIBE);
            case CONSUMER_GROUP_HEARTBEAT ->
                new Need(NO_GROUP, List.of(onGroup(Operation.READ), onTopic(Operation.DESCRIBE)));
            case SHARE_GROUP_DESCRIBE -> group(Operation.DESCRIBE);
            case SHARE_GROUP_HEARTBEAT ->
                new Need(NO_GROUP, List.of(onGroup(Operation.READ), onTopic(Operation.DESCRIBE)));
            case SHARE_FETCH, SHARE_ACKNOWLEDGE, ALTER_SHARE_GROUP_OFFSETS ->
                new Need(NO_GROUP, List.of(onGroup(Operation.READ), onTopic(Operation.READ)));
            case DESCRIBE_SHARE_GROUP_OFFSETS ->
                new Need(NO_GROUP, List.of(onGroup(Operation.DESCRIBE), onTopic(Operation.DESCRIBE)));
            case DELETE_SHARE_GROUP_OFFSETS ->
                new Need(NO_GROUP, List.of(onGroup(Operation.DELETE), onTopic(Operation.READ)));
            case JOIN_GROUP, HEARTBEAT, LEAVE_GROUP, SYNC_GROUP -> group(Operation.READ);
            case LIST_GROUPS -> new Need(0, List.of(onGroup(Operation.DESCRIBE)));
            case CREATE_TOPICS ->
                new Need(NO_TOPIC, List.of(onTopic(Operation.CREATE), onTopic(Operation.DESCRIBE_CONFIGS)));
            case DELETE_TOPICS -> topic(Operation.DELETE);
            case DESCRIBE_CONFIGS -> topic(Operation.DESCRIBE_CONFIGS);
            case INIT_PRODUCER_ID -> cluster(Operation.IDEMPOTENT_WRITE);
            case DESCRIBE_CLIENT_QUOTAS -> cluster(Operation.DESCRIBE_CONFIGS);
            case ALTER_CLIENT_QUOTAS -> cluster(Operation.ALTER_CONFIGS);
            case DESCRIBE_ACLS, DESCRIBE_USER_SCRAM_CREDENTIALS -> cluster(Operation.DESCRIBE);
            case CREATE_ACLS, DELETE_ACLS, ALTER_USER_SCRAM_CREDENTIALS -> cluster(Operation.ALTER);
            case DELETE_RECORDS -> topic(Operation.DELETE);
            case OFFSET_FOR_LEADER_EPOCH -> topic(Operation.DESCRIBE);
            case ALTER_CONFIGS, INCREMENTAL_ALTER_CONFIGS -> topic(Operation.ALTER_CONFIGS);
            case CREATE_PARTITIONS -> topic(Operation.ALTER);
            case DESCRIBE_PRODUCERS -> topic(Operation.READ);
            case DESCRIBE_LOG_DIRS, LIST_PARTITION_REASSIGNMENTS, DESCRIBE_QUORUM -> cluster(Operation.DESCRIBE);
            case ELECT_LEADERS, ALTER_PARTITION_REASSIGNMENTS, UPDATE_FEATURES, UNREGISTER_BROKER ->
                cluster(Operation.ALTER);
            case LIST_CONFIG_RESOURCES -> cluster(Operation.DESCRIBE_CONFIGS);
            case API_VERSIONS, DESCRIBE_CLUSTER -> Need.nothing();
            case SASL_HANDSHAKE, SASL_AUTHENTICATE -> new Need(34, List.of());
        };
    }

    private Need topic(Operation operation) {
        return new Need(NO_TOPIC, List.of(onTopic(operation)));
    }

    private Need group(Operation operation) {
        return new Need(NO_GROUP, List.of(onGroup(operation)));
    }

    private static Need cluster(Operation operation) {
        return new Need(NO_CLUSTER, List.of(rule(ResourceType.CLUSTER, ResourceType.CLUSTER_NAME, operation)));
    }

    private AccessRule onTopic(Operation operation) {
        return rule(ResourceType.TOPIC, topic.name(), operation);
    }

    private AccessRule onGroup(Operation operation) {
        return rule(ResourceType.GROUP, samples.group(), operation);
    }

    private static AccessRule rule(ResourceType type, String name, Operation operation) {
        return new AccessRule(
                type, Pattern.LITERAL, name, Principal.user("somebody"), "127.0.0.1", operation, Permission.ALLOW);
    }

    private ApiMessage ask(String user, KafkaApi api) {
        return ask(user, api, api.versionMax(), samples.request(api, api.versionMax()));
    }

    private static ApiMessage ask(String user, KafkaApi api, int version, ApiMessage request) {
        try (WireClient client = login(user)) {
            return client.ask(api, version, request, ApiMessage.class);
        }
    }

    private static org.apache.kafka.common.message.MetadataRequestData allTopics() {
        return new org.apache.kafka.common.message.MetadataRequestData().setTopics(null);
    }

    private static WireClient login(String user) {
        WireClient client = server.client();
        assertThat(authenticate(client, user, PASSWORD).errorCode()).isZero();
        return client;
    }

    private static SaslAuthenticateResponseData authenticate(WireClient client, String user, String password) {
        client.ask(
                KafkaApi.SASL_HANDSHAKE,
                1,
                new SaslHandshakeRequestData().setMechanism("PLAIN"),
                SaslHandshakeResponseData.class);
        byte[] token = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        return client.ask(
                KafkaApi.SASL_AUTHENTICATE,
                2,
                new SaslAuthenticateRequestData().setAuthBytes(token),
                SaslAuthenticateResponseData.class);
    }

    /** All that a request could have changed, as text. */
    private static String everything() {
        StringBuilder all = new StringBuilder();
        for (Topic each : server.broker.topics().all()) {
            all.append(each.name()).append(each.settings());
            for (int i = 0; i < each.partitionCount(); i++) {
                all.append(' ').append(each.partition(i).startOffset());
                all.append('-').append(each.partition(i).endOffset());
            }
        }
        return all.append(server.broker.groups().list().join().get())
                .append(server.broker
                        .accessRules()
                        .find(AccessRuleFilter.EVERYTHING)
                        .get())
                .append(server.broker.users().all().get())
                .append(server.broker.quotas().describe(QuotaFilter.ALL).get())
                .toString();
    }

    private static List<Integer> errors(ApiMessage answer) {
        List<Integer> errors = new ArrayList<>();
        Matcher matcher = ERROR.matcher(answer.toString());
        while (matcher.find()) {
            errors.add(Integer.parseInt(matcher.group(1)));
        }
        return errors.isEmpty() ? List.of(0) : errors;
    }
}
