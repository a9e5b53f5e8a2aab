package io.sluice.broker.api;

import static io.sluice.broker.api.Operation.ALTER;
import static io.sluice.broker.api.Operation.ALTER_CONFIGS;
import static io.sluice.broker.api.Operation.CLUSTER_ACTION;
import static io.sluice.broker.api.Operation.CREATE;
import static io.sluice.broker.api.Operation.CREATE_TOKENS;
import static io.sluice.broker.api.Operation.DELETE;
import static io.sluice.broker.api.Operation.DESCRIBE;
import static io.sluice.broker.api.Operation.DESCRIBE_CONFIGS;
import static io.sluice.broker.api.Operation.DESCRIBE_TOKENS;
import static io.sluice.broker.api.Operation.IDEMPOTENT_WRITE;
import static io.sluice.broker.api.Operation.READ;
import static io.sluice.broker.api.Operation.TWO_PHASE_COMMIT;
import static io.sluice.broker.api.Operation.WRITE;

import io.sluice.common.ErrorCode;
import java.util.Optional;

/** What rules speak of; names, codes and operations of Kafka's {@code ResourceType} and {@code AclEntry}. */
public enum ResourceType {
    TOPIC(
            2,
            ErrorCode.TOPIC_AUTHORIZATION_FAILED,
            READ,
            WRITE,
            CREATE,
            DESCRIBE,
            DELETE,
            ALTER,
            DESCRIBE_CONFIGS,
            ALTER_CONFIGS),
    GROUP(3, ErrorCode.GROUP_AUTHORIZATION_FAILED, READ, DESCRIBE, DELETE, DESCRIBE_CONFIGS, ALTER_CONFIGS),
    CLUSTER(
            4,
            ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
            CREATE,
            CLUSTER_ACTION,
            DESCRIBE_CONFIGS,
            ALTER_CONFIGS,
            IDEMPOTENT_WRITE,
            ALTER,
            DESCRIBE),
    TRANSACTIONAL_ID(5, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, DESCRIBE, WRITE, TWO_PHASE_COMMIT),
    DELEGATION_TOKEN(6, ErrorCode.CLUSTER_AUTHORIZATION_FAILED, DESCRIBE),
    USER(7, ErrorCode.CLUSTER_AUTHORIZATION_FAILED, CREATE_TOKENS, DESCRIBE_TOKENS);

    /** The only name of the only cluster. */
    public static final String CLUSTER_NAME = "kafka-cluster";

    private static final ResourceType[] ALL_OF_THEM = values();

    private final byte code;
    private final ErrorCode denied;
    private final int operationBits;

    ResourceType(int code, ErrorCode denied, Operation... operations) {
        this.code = (byte) code;
        this.denied = denied;
        int bits = 0;
        for (Operation operation : operations) {
            bits |= operation.bit();
        }
        operationBits = bits;
    }

    /** Number in Kafka's protocol. */
    public byte code() {
        return code;
    }

    /** The error of whoever may not do what they asked for with such a resource. */
    public ErrorCode denied() {
        return denied;
    }

    /** The operations that exist for it, one bit each ({@link Operation#bit}). */
    public int operationBits() {
        return operationBits;
    }

    /** The type with Kafka's number; empty for none, also for Kafka's UNKNOWN (0) and ANY (1). */
    public static Optional<ResourceType> find(int code) {
        int index = code - TOPIC.code;
        return index >= 0 && index < ALL_OF_THEM.length ? Optional.of(ALL_OF_THEM[index]) : Optional.empty();
    }
}
