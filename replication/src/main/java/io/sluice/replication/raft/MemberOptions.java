package io.sluice.replication.raft;

import com.alipay.sofa.jraft.option.NodeOptions;

/** The engine's options of one group, with the member that it belongs to: the engine hands them to its clients. */
final class MemberOptions extends NodeOptions {
    private final PeerCalls calls;

    MemberOptions(PeerCalls calls) {
        this.calls = calls;
    }

    PeerCalls calls() {
        return calls;
    }
}
