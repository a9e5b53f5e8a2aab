package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamService;
import java.util.Collection;
import java.util.random.RandomGenerator;

/** What commands ask about the listener as a whole. Any thread. */
public interface ServerState {
    /** Clients that are connected. */
    Collection<Session> clients();

    /** Ends the wait of a client, with an error or as if its time were over; false if it does not wait. */
    boolean unblock(long clientId, boolean withError);

    /** Ends the connection of a client; false if there is none. */
    boolean kill(long clientId);

    /** Whether clients must log in. */
    boolean isLoginRequired();

    /** Commands carried out since the start. */
    long commandCount();

    /** Connections accepted since the start. */
    long connectionCount();

    /** Seconds since the start. */
    long uptimeSeconds();

    /** The slowest requests. */
    SlowLog slowLog();

    /** After so many seconds a client that says nothing and waits for nothing is cut off; 0 for never. */
    long idleSeconds();

    /** Another limit from now on. */
    void idleSeconds(long seconds);

    /** Name of the listener, the same on all nodes. */
    String listenerName();

    /** Whether this broker is one of several. */
    boolean isClustered();

    /** Port on which it listens. */
    int port();

    /** The streams as nobody in particular may see them: for counts only. */
    StreamService streams();

    /** Whether DEBUG is answered. */
    boolean isDebugAllowed();

    /** Most clients at a time. */
    int clientsMax();

    /** Largest request. */
    int requestBytesMax();

    /** For what nobody is to foresee. */
    RandomGenerator random();

    /** This run of the server: 40 hexadecimal digits. */
    String runId();

    /** Version of Sluice. */
    String version();
}
