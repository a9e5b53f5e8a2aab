package io.sluice.testkit.apifuzz;

import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;

/** What a text field is about, and texts that mean something there. */
enum Meaning {
    TOPIC("fuzz-a", "fuzz-b", "fuzz-compact", FuzzNames.LONG_TOPIC, "missing", ".", "__consumer_offsets"),
    GROUP("group-a", "group-b", "group-c", "missing"),
    MEMBER("member-a", "member-b"),
    INSTANCE("instance-a", "instance-b"),
    USER("user-a", "user-b"),
    NODE("1", "2", "7"),
    CONFIG_KEY(
            "cleanup.policy",
            "retention.ms",
            "retention.bytes",
            "segment.bytes",
            "segment.ms",
            "max.message.bytes",
            "compression.type",
            "min.compaction.lag.ms",
            "message.timestamp.type",
            "min.insync.replicas",
            "sluice.retention.records",
            "consumer.session.timeout.ms",
            "share.auto.offset.reset",
            "share.record.lock.duration.ms",
            "share.delivery.count.limit",
            "no.such.key"),
    CONFIG_VALUE(
            "0",
            "1",
            "-1",
            "-2",
            "1000",
            "1048576",
            "2147483648",
            "9223372036854775808",
            "1e9",
            "0.5",
            "true",
            "compact",
            "delete",
            "compact,delete",
            "delete,delete",
            "producer",
            "gzip",
            "LogAppendTime",
            "earliest",
            "by_duration:PT1S",
            "DEBUG"),
    PRINCIPAL("User:alice", "User:*", "User:user-a", "Group:g", "User:", "alice"),
    HOST("*", "127.0.0.1", "10.0.0.0/8"),
    ENTITY_TYPE("user", "client-id", "ip", "group"),
    ENTITY_NAME("user-a", "client-a"),
    ADDRESS("10.1.2.3", "no host"),
    QUOTA_KEY(
            "producer_byte_rate",
            "consumer_byte_rate",
            "request_percentage",
            "controller_mutation_rate",
            "connection_creation_rate"),
    MECHANISM("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI"),
    PROTOCOL("range", "roundrobin", "cooperative-sticky"),
    PROTOCOL_TYPE("consumer", "connect", "share"),
    ASSIGNOR("uniform", "range", "none"),
    REGEX("fuzz-.*", ".*", "(a+)+$", "(", "[[:alpha:]]+", "a{1000}{1000}", "(?i)FUZZ-A"),
    FEATURE("metadata.version", "kraft.version", "group.version", "share.version", "none"),
    SOFTWARE("fuzz", "apache-kafka-java", "1.0"),
    STATE("Stable", "empty", "Dead", "consumer", "classic", "share"),
    OTHER("fuzz", "1");

    private final List<String> usual;

    Meaning(String... usual) {
        this.usual = List.of(usual);
    }

    /** Texts that are valid there or nearly so. */
    List<String> usual() {
        return usual;
    }

    /** Of {@code field} in the array or structure {@code parent} of a request or an answer. */
    static Meaning of(ApiMessageType api, String parent, String field) {
        return switch (field) {
            case "topic", "topic_name", "topic_names", "subscribed_topic_names" -> TOPIC;
            case "group_id", "group_ids", "groups", "groups_names", "coordinator_keys" -> GROUP;
            case "key" -> api == ApiMessageType.FIND_COORDINATOR ? GROUP : QUOTA_KEY;
            case "member_id" -> MEMBER;
            case "group_instance_id", "instance_id" -> INSTANCE;
            case "user" -> USER;
            case "name" -> ofName(parent);
            case "configuration_keys" -> CONFIG_KEY;
            case "value" -> CONFIG_VALUE;
            case "principal", "principal_filter" -> PRINCIPAL;
            case "host", "host_filter" -> HOST;
            case "entity_type" -> ENTITY_TYPE;
            case "entity_name", "match" -> ENTITY_NAME;
            case "mechanism" -> MECHANISM;
            case "protocol_name" -> PROTOCOL;
            case "protocol_type" -> PROTOCOL_TYPE;
            case "server_assignor" -> ASSIGNOR;
            case "subscribed_topic_regex" -> REGEX;
            case "feature" -> FEATURE;
            case "client_software_name", "client_software_version" -> SOFTWARE;
            case "states_filter", "types_filter" -> STATE;
            default -> OTHER;
        };
    }

    private static Meaning ofName(String parent) {
        return switch (parent) {
            case "configs", "synonyms" -> CONFIG_KEY;
            case "protocols" -> PROTOCOL;
            case "users", "upsertions", "deletions" -> USER;
            case "supported_features", "finalized_features" -> FEATURE;
            default -> TOPIC;
        };
    }
}
