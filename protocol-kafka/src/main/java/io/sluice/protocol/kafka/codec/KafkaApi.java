package io.sluice.protocol.kafka.codec;

import org.jspecify.annotations.Nullable;

/**
 * The requests that are served, with the version ranges of Apache Kafka 4.3.1
 * (<a href="https://kafka.apache.org/protocol#protocol_api_keys">API keys</a>). What is not here is neither advertised
 * nor answered.
 */
public enum KafkaApi {
    PRODUCE(0, 3, 13, 9),
    FETCH(1, 4, 18, 12),
    LIST_OFFSETS(2, 1, 11, 6),
    METADATA(3, 0, 13, 9),
    OFFSET_COMMIT(8, 2, 10, 8),
    OFFSET_FETCH(9, 1, 10, 6),
    FIND_COORDINATOR(10, 0, 6, 3),
    JOIN_GROUP(11, 0, 9, 6),
    HEARTBEAT(12, 0, 4, 4),
    LEAVE_GROUP(13, 0, 5, 4),
    SYNC_GROUP(14, 0, 5, 4),
    DESCRIBE_GROUPS(15, 0, 6, 5),
    LIST_GROUPS(16, 0, 5, 3),
    SASL_HANDSHAKE(17, 0, 1, KafkaApi.NEVER_FLEXIBLE),
    API_VERSIONS(18, 0, 4, 3),
    CREATE_TOPICS(19, 2, 7, 5),
    DELETE_TOPICS(20, 1, 6, 4),
    DELETE_RECORDS(21, 0, 2, 2),
    INIT_PRODUCER_ID(22, 0, 5, 2),
    OFFSET_FOR_LEADER_EPOCH(23, 2, 4, 4),
    DESCRIBE_ACLS(29, 1, 3, 2),
    CREATE_ACLS(30, 1, 3, 2),
    DELETE_ACLS(31, 1, 3, 2),
    DESCRIBE_CONFIGS(32, 1, 4, 4),
    ALTER_CONFIGS(33, 0, 2, 2),
    DESCRIBE_LOG_DIRS(35, 1, 5, 2),
    SASL_AUTHENTICATE(36, 0, 2, 2),
    CREATE_PARTITIONS(37, 0, 3, 2),
    DELETE_GROUPS(42, 0, 2, 2),
    ELECT_LEADERS(43, 0, 2, 2),
    INCREMENTAL_ALTER_CONFIGS(44, 0, 1, 1),
    ALTER_PARTITION_REASSIGNMENTS(45, 0, 1, 0),
    LIST_PARTITION_REASSIGNMENTS(46, 0, 0, 0),
    OFFSET_DELETE(47, 0, 0, KafkaApi.NEVER_FLEXIBLE),
    DESCRIBE_CLIENT_QUOTAS(48, 0, 1, 1),
    ALTER_CLIENT_QUOTAS(49, 0, 1, 1),
    DESCRIBE_USER_SCRAM_CREDENTIALS(50, 0, 0, 0),
    ALTER_USER_SCRAM_CREDENTIALS(51, 0, 0, 0),
    DESCRIBE_QUORUM(55, 0, 2, 0),
    UPDATE_FEATURES(57, 0, 2, 0),
    DESCRIBE_CLUSTER(60, 0, 2, 0),
    DESCRIBE_PRODUCERS(61, 0, 0, 0),
    UNREGISTER_BROKER(64, 0, 0, 0),
    CONSUMER_GROUP_HEARTBEAT(68, 0, 1, 0),
    CONSUMER_GROUP_DESCRIBE(69, 0, 1, 0),
    LIST_CONFIG_RESOURCES(74, 0, 1, 0),
    DESCRIBE_TOPIC_PARTITIONS(75, 0, 0, 0),
    SHARE_GROUP_HEARTBEAT(76, 1, 1, 0),
    SHARE_GROUP_DESCRIBE(77, 1, 1, 0),
    SHARE_FETCH(78, 1, 2, 0),
    SHARE_ACKNOWLEDGE(79, 1, 2, 0),
    DESCRIBE_SHARE_GROUP_OFFSETS(90, 0, 1, 0),
    ALTER_SHARE_GROUP_OFFSETS(91, 0, 0, 0),
    DELETE_SHARE_GROUP_OFFSETS(92, 0, 0, 0);

    private static final int NEVER_FLEXIBLE = Short.MAX_VALUE;

    private static final KafkaApi[] BY_KEY = new KafkaApi[128];

    static {
        for (KafkaApi api : values()) {
            BY_KEY[api.key] = api;
        }
    }

    private final short key;
    private final short versionMin;
    private final short versionMax;
    private final short flexibleFrom;

    KafkaApi(int key, int versionMin, int versionMax, int flexibleFrom) {
        this.key = (short) key;
        this.versionMin = (short) versionMin;
        this.versionMax = (short) versionMax;
        this.flexibleFrom = (short) flexibleFrom;
    }

    /** The request with the key, null if it is not served. */
    public static @Nullable KafkaApi find(short key) {
        return key >= 0 && key < BY_KEY.length ? BY_KEY[key] : null;
    }

    /** Number in the protocol. */
    public short key() {
        return key;
    }

    /** Lowest version answered. */
    public short versionMin() {
        return versionMin;
    }

    /** Lowest version advertised: librdkafka looks for Produce 0 before it produces at all, KAFKA-18659. */
    public short advertisedMin() {
        return this == PRODUCE ? 0 : versionMin;
    }

    /** Highest version answered. */
    public short versionMax() {
        return versionMax;
    }

    /** Whether requests of this version are answered. */
    public boolean serves(short version) {
        return version >= versionMin && version <= versionMax;
    }

    /** Whether the version has compact lengths and tagged fields, KIP-482. */
    public boolean isFlexible(short version) {
        return version >= flexibleFrom;
    }

    /** Whether the answer's header has tagged fields; never for ApiVersions, whose client does not know our version yet. */
    public boolean hasTaggedAnswerHeader(short version) {
        return this != API_VERSIONS && isFlexible(version);
    }
}
