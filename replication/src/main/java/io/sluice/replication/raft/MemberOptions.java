package io.sluice.replication.raft;

import com.alipay.sofa.jraft.option.NodeOptions;
import java.util.function.BooleanSupplier;

/** The engine's options of one group, with the member that it belongs to: the engine hands them to its clients. */
final class MemberOptions extends NodeOptions {
    private final PeerCalls calls;
    private final BooleanSupplier mayStand;
    private final long committedIndex;

    /**
     * {@code mayStand} answers at each election whether this node may ask for votes; entries up to {@code committedIndex} are
     * known to be committed from the start.
     */
    MemberOptions(PeerCalls calls, BooleanSupplier mayStand, long committedIndex) {
        this.committedIndex = committedIndex;
        this.calls = calls;
        this.mayStand = mayStand;
    }

    PeerCalls calls() {
        return calls;
    }

    long committedIndex() {
        return committedIndex;
    }

    boolean mayStand() {
        return mayStand.getAsBoolean();
    }
}
