package io.sluice.replication;

import io.sluice.common.Check;
import java.nio.ByteBuffer;

/**
 * Whether a partition is at home in its shard, or moving between this one and another. Changed by control entries only:
 *
 * <pre>
 *   opened ────────► HOME ◄──unseal── SEALED ──leave──► GONE ──arrive──► ARRIVING ──adopt──► HOME
 *                      └─────seal───────▲                  ▲──────leave──────┘
 * </pre>
 *
 * @param stage what may be done with it
 * @param arrival number of the move that brought it, or took it away; 0 for one that was opened here and stayed
 * @param sealedFor number of the move that sealed it, else 0
 */
record Residence(Stage stage, long arrival, long sealedFor) {
    /** Of a partition that never moved. */
    static final Residence OPENED = new Residence(Stage.HOME, 0, 0);

    static final int ENCODED_BYTES = 1 + 8 + 8;

    /** The order is part of the format. */
    enum Stage {
        /** It is read and written. */
        HOME,
        /** It ends where it ends, and another shard will have it. */
        SEALED,
        /** A copy that grows; nobody sees it. */
        ARRIVING,
        /** It was here, or its copy was. The place is kept, so that no opening from before makes it anew. */
        GONE
    }

    Residence sealed(long move) {
        return new Residence(Stage.SEALED, arrival, move);
    }

    Residence home() {
        return new Residence(Stage.HOME, arrival, 0);
    }

    static Residence arriving(long move) {
        return new Residence(Stage.ARRIVING, move, 0);
    }

    static Residence gone(long move) {
        return new Residence(Stage.GONE, move, 0);
    }

    /** Whether clients may know of it. */
    boolean isVisible() {
        return stage == Stage.HOME || stage == Stage.SEALED;
    }

    void encode(ByteBuffer out) {
        out.put((byte) stage.ordinal()).putLong(arrival).putLong(sealedFor);
    }

    static Residence decode(ByteBuffer in) {
        int stage = in.get();
        Check.check(stage >= 0 && stage < Stage.values().length, "a partition's stage is %d", stage);
        return new Residence(Stage.values()[stage], in.getLong(), in.getLong());
    }
}
