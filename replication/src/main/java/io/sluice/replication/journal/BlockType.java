package io.sluice.replication.journal;

import org.jspecify.annotations.Nullable;

/** What a block is; codes are part of the format (package documentation). */
enum BlockType {
    ENTRIES(1),
    TRUNCATE(2),
    RESET(3),
    PROOF(4),
    CLOSE(5);

    private static final BlockType[] BY_CODE = {null, ENTRIES, TRUNCATE, RESET, PROOF, CLOSE};

    private final byte code;

    BlockType(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    /** Null for a code this version does not know. */
    static @Nullable BlockType of(byte code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** Whether the block takes entries away and has a {@link CutBody}. */
    boolean isCut() {
        return this == TRUNCATE || this == RESET;
    }
}
