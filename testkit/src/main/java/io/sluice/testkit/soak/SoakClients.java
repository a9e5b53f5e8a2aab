package io.sluice.testkit.soak;

import io.sluice.testkit.TopicReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** How the clients are set up and used: patient enough to live through a restart on a busy machine by their own retries. */
final class SoakClients {
    /** How long a member that vanished is waited for, in both protocols. */
    static final int SESSION_TIMEOUT_MS = 20_000;

    /** The library's default: two hundred clients that knock more often would slow the start that they wait for. */
    static final int RECONNECT_BACKOFF_MAX_MS = 1_000;

    private static final int PATIENCE_MS = 150_000;
    private static final int RECORDS_A_POLL = 500;

    private SoakClients() {}

    /** A consumer that is a member of {@code group}, starts at the first record and commits itself. */
    static Map<String, Object> member(String address, String group, GroupKind kind) {
        Map<String, Object> settings = new HashMap<>(TopicReader.settings(address));
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_A_POLL);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_BACKOFF_MAX_MS);
        settings.putAll(kind.settings());
        return settings;
    }

    /** An admin client. */
    static Map<String, Object> admin(String address) {
        return Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                address,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_MS,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                RECONNECT_BACKOFF_MAX_MS);
    }

    /**
     * One poll of a member. Where the broker lets go of a member of the consumer protocol while it asks for its positions, as
     * it may when the machine leaves it no time for heartbeats, the library throws out of the poll, and joins again in the
     * next.
     */
    static ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> member, Duration patience) {
        try {
            return member.poll(patience);
        } catch (UnknownMemberIdException | StaleMemberEpochException e) {
            return ConsumerRecords.empty();
        }
    }

    /** How a member closes that tells its group. */
    static CloseOptions leaving() {
        return CloseOptions.timeout(Duration.ofSeconds(30))
                .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP);
    }

    /** How a member closes that goes without a word, as a killed process does. */
    static CloseOptions vanishing() {
        return CloseOptions.timeout(Duration.ofSeconds(5))
                .withGroupMembershipOperation(GroupMembershipOperation.REMAIN_IN_GROUP);
    }
}
