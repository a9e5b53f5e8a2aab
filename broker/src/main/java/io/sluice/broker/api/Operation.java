package io.sluice.broker.api;

import java.util.Optional;

/** What may be done to a resource; names, codes and meaning of Kafka's {@code AclOperation} (KIP-11, KIP-133, KIP-679). */
public enum Operation {
    /** Everything; in rules only. */
    ALL(2),
    READ(3),
    WRITE(4),
    CREATE(5),
    DELETE(6),
    ALTER(7),
    DESCRIBE(8),
    CLUSTER_ACTION(9),
    DESCRIBE_CONFIGS(10),
    ALTER_CONFIGS(11),
    IDEMPOTENT_WRITE(12),
    CREATE_TOKENS(13),
    DESCRIBE_TOKENS(14),
    TWO_PHASE_COMMIT(15);

    private static final Operation[] ALL_OF_THEM = values();

    private final byte code;

    Operation(int code) {
        this.code = (byte) code;
    }

    /** Number in Kafka's protocol. */
    public byte code() {
        return code;
    }

    /** A set of this one, in the form of Kafka's authorized operations (KIP-430): bit {@code code} is set. */
    public int bit() {
        return 1 << code;
    }

    /** The operation with Kafka's number; empty for none, also for Kafka's UNKNOWN (0) and ANY (1). */
    public static Optional<Operation> find(int code) {
        int index = code - ALL.code;
        return index >= 0 && index < ALL_OF_THEM.length ? Optional.of(ALL_OF_THEM[index]) : Optional.empty();
    }

    /**
     * What a rule that allows this allows, as bits: READ, WRITE, DELETE and ALTER also DESCRIBE, ALTER_CONFIGS also
     * DESCRIBE_CONFIGS, ALL everything. A rule that denies denies only what it names.
     */
    public int impliedBits() {
        return switch (this) {
            case ALL -> -1;
            case READ, WRITE, DELETE, ALTER -> bit() | DESCRIBE.bit();
            case ALTER_CONFIGS -> bit() | DESCRIBE_CONFIGS.bit();
            case CREATE,
                    DESCRIBE,
                    CLUSTER_ACTION,
                    DESCRIBE_CONFIGS,
                    IDEMPOTENT_WRITE,
                    CREATE_TOKENS,
                    DESCRIBE_TOKENS,
                    TWO_PHASE_COMMIT -> bit();
        };
    }
}
