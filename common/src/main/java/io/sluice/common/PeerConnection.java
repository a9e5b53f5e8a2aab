package io.sluice.common;

import java.nio.ByteBuffer;

/** A connection between two nodes. Any thread may call it; nothing here blocks. */
public interface PeerConnection {
    /** The node at the other end. */
    int nodeId();

    /** Whether messages get through as far as this end knows. */
    boolean isOpen();

    /**
     * Sends a message; one that is sent before the connection is open waits for it. The buffer belongs to the connection from
     * now on. Answers false if the message will not be sent, because the connection was closed or too much is waiting; true
     * does not mean that it arrives.
     */
    boolean send(ByteBuffer message);

    /** Ends the connection; what was not sent is lost. The listener hears of it, too. */
    void close();
}
