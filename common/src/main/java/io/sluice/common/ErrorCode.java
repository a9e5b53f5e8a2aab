package io.sluice.common;

/**
 * The error registry: one name per expected failure, and its face in every protocol, in the order of Kafka's codes. A
 * protocol that needs a new failure adds it here.
 */
public enum ErrorCode {
    NONE(0, false, "success"),
    UNKNOWN_SERVER_ERROR(-1, false, "the broker met an unexpected error; its log has the details"),
    OFFSET_OUT_OF_RANGE(1, false, "the offset is outside of what the partition holds"),
    CORRUPT_MESSAGE(2, true, "the batch does not match its CRC or its layout"),
    UNKNOWN_TOPIC_OR_PARTITION(3, true, "there is no such topic or partition"),
    LEADER_NOT_AVAILABLE(5, true, "the partition has no leader yet"),
    NOT_LEADER_OR_FOLLOWER(6, true, "this broker does not lead the partition"),
    REQUEST_TIMED_OUT(7, true, "the request took longer than it allowed"),
    MESSAGE_TOO_LARGE(10, false, "the batch is larger than max.message.bytes of its topic"),
    OFFSET_METADATA_TOO_LARGE(12, false, "the metadata of a committed offset is too long"),
    COORDINATOR_LOAD_IN_PROGRESS(14, true, "the group coordinator is loading"),
    COORDINATOR_NOT_AVAILABLE(15, true, "the group coordinator is not available"),
    NOT_COORDINATOR(16, true, "this broker does not coordinate the group"),
    INVALID_TOPIC_EXCEPTION(17, false, "the topic name is not valid"),
    RECORD_LIST_TOO_LARGE(18, false, "the batch is larger than a segment"),
    INVALID_REQUIRED_ACKS(21, false, "acks must be -1, 0 or 1"),
    ILLEGAL_GENERATION(22, false, "the generation is not the group's current one"),
    INCONSISTENT_GROUP_PROTOCOL(23, false, "the member shares no protocol with the group"),
    INVALID_GROUP_ID(24, false, "the group id is not valid"),
    UNKNOWN_MEMBER_ID(25, false, "the group has no such member"),
    INVALID_SESSION_TIMEOUT(26, false, "the session timeout is outside of the broker's limits"),
    REBALANCE_IN_PROGRESS(27, false, "the group is rebalancing"),
    TOPIC_AUTHORIZATION_FAILED(29, false, "not allowed for this topic"),
    GROUP_AUTHORIZATION_FAILED(30, false, "not allowed for this group"),
    CLUSTER_AUTHORIZATION_FAILED(31, false, "not allowed for this cluster"),
    INVALID_TIMESTAMP(32, false, "a timestamp is outside of the topic's bounds"),
    UNSUPPORTED_SASL_MECHANISM(33, false, "the broker does not offer this SASL mechanism"),
    ILLEGAL_SASL_STATE(34, false, "the request does not fit the state of the authentication"),
    UNSUPPORTED_VERSION(35, false, "the version of the request is not supported"),
    TOPIC_ALREADY_EXISTS(36, false, "a topic of this name exists"),
    INVALID_PARTITIONS(37, false, "the number of partitions is not valid"),
    INVALID_REPLICATION_FACTOR(38, false, "the replication factor is not the cluster's"),
    INVALID_REPLICA_ASSIGNMENT(39, false, "the replica assignment is not valid"),
    INVALID_CONFIG(40, false, "a configuration is not valid"),
    NOT_CONTROLLER(41, true, "no node decides this now"),
    INVALID_REQUEST(42, false, "the request is malformed"),
    UNSUPPORTED_FOR_MESSAGE_FORMAT(43, false, "only record batches of version 2 are accepted"),
    POLICY_VIOLATION(44, false, "a policy forbids it"),
    OUT_OF_ORDER_SEQUENCE_NUMBER(45, false, "the sequence is not the one after the producer's last"),
    DUPLICATE_SEQUENCE_NUMBER(46, false, "the batch repeats one that is too old to be recognised"),
    INVALID_PRODUCER_EPOCH(47, false, "a newer instance of the producer exists"),
    INVALID_TXN_STATE(48, false, "the transaction is not in a state that allows it"),
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED(53, false, "not allowed for this transactional id"),
    SECURITY_DISABLED(54, false, "no authorizer is configured"),
    STORAGE_ERROR(56, true, "the disk failed or is full"),
    SASL_AUTHENTICATION_FAILED(58, false, "authentication failed"),
    UNKNOWN_PRODUCER_ID(59, false, "the producer id has no state here"),
    NON_EMPTY_GROUP(68, false, "the group has members"),
    GROUP_ID_NOT_FOUND(69, false, "there is no such group"),
    FETCH_SESSION_ID_NOT_FOUND(70, true, "there is no such fetch session"),
    INVALID_FETCH_SESSION_EPOCH(71, true, "the fetch session is at another epoch"),
    LISTENER_NOT_FOUND(72, true, "there is no such listener"),
    TOPIC_DELETION_DISABLED(73, false, "deleting topics is switched off"),
    FENCED_LEADER_EPOCH(74, true, "the leader epoch is older than the broker's"),
    UNKNOWN_LEADER_EPOCH(75, true, "the leader epoch is newer than the broker's"),
    UNSUPPORTED_COMPRESSION_TYPE(76, false, "the compression is not supported in this version"),
    OFFSET_NOT_AVAILABLE(78, true, "the partition is not caught up yet"),
    MEMBER_ID_REQUIRED(79, false, "join again with the member id of this answer"),
    PREFERRED_LEADER_NOT_AVAILABLE(80, true, "the node that should lead cannot yet"),
    GROUP_MAX_SIZE_REACHED(81, false, "the group is full"),
    FENCED_INSTANCE_ID(82, false, "another member uses this instance id"),
    ELIGIBLE_LEADERS_NOT_AVAILABLE(83, true, "no node that could lead is there"),
    ELECTION_NOT_NEEDED(84, false, "the partition has the leader that it should have"),
    NO_REASSIGNMENT_IN_PROGRESS(85, false, "the partition is not being moved"),
    GROUP_SUBSCRIBED_TO_TOPIC(86, false, "the group is subscribed to the topic"),
    INVALID_RECORD(87, false, "a record is not valid"),
    UNSTABLE_OFFSET_COMMIT(88, true, "a commit of this offset is pending"),
    THROTTLING_QUOTA_EXCEEDED(89, true, "the throttling quota has been exceeded"),
    RESOURCE_NOT_FOUND(91, false, "there is no such resource"),
    DUPLICATE_RESOURCE(92, false, "the request names the resource more than once"),
    UNACCEPTABLE_CREDENTIAL(93, false, "the credential is not acceptable"),
    INVALID_UPDATE_VERSION(95, false, "the feature cannot have this level"),
    UNKNOWN_TOPIC_ID(100, true, "there is no topic of this id"),
    BROKER_ID_NOT_REGISTERED(102, false, "there is no such node"),
    INCONSISTENT_TOPIC_ID(103, true, "the topic id is not the one the session began with"),
    FETCH_SESSION_TOPIC_ID_ERROR(106, true, "the session mixes topic ids and names"),
    FENCED_MEMBER_EPOCH(110, false, "the member epoch is not the group's: give all partitions up and join anew"),
    UNRELEASED_INSTANCE_ID(111, false, "a member that has not left uses this instance id"),
    UNSUPPORTED_ASSIGNOR(112, false, "the broker has no such assignor"),
    STALE_MEMBER_EPOCH(113, false, "the member epoch is not current: heartbeat first"),
    INVALID_RECORD_STATE(121, false, "a record is not in the state that this needs: its delivery may have ended"),
    SHARE_SESSION_NOT_FOUND(122, true, "there is no such share session"),
    INVALID_SHARE_SESSION_EPOCH(123, true, "the epoch is not the share session's next"),
    INVALID_REGULAR_EXPRESSION(128, false, "the regular expression is not valid RE2 syntax"),
    SHARE_SESSION_LIMIT_REACHED(133, true, "there are as many share sessions as there may be");

    private final short kafkaCode;
    private final boolean retriable;
    private final String text;

    ErrorCode(int kafkaCode, boolean retriable, String text) {
        this.kafkaCode = (short) kafkaCode;
        this.retriable = retriable;
        this.text = text;
    }

    /** The code of Kafka's protocol, <a href="https://kafka.apache.org/protocol#protocol_error_codes">error codes</a>. */
    public short kafkaCode() {
        return kafkaCode;
    }

    /** Whether the same request may succeed later without any change by the client. */
    public boolean isRetriable() {
        return retriable;
    }

    /** One sentence without capital or full stop, for people. */
    public String text() {
        return text;
    }
}
