package io.sluice.common;

import java.nio.ByteBuffer;

/** Hears what other nodes send. Calls for one connection come one at a time, in order; they must not block. */
public interface PeerListener {
    /** A message arrived; its bytes belong to the listener from now on. */
    void received(PeerConnection connection, ByteBuffer message);

    /** The connection has ended, or could not be made; the last call for it. */
    void closed(PeerConnection connection);
}
