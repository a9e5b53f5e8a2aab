package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.Principal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is known of the client at the other end. Written on its event loop, or by the thread that checks its login. */
public final class ClientConnection {
    private final String host;
    private final Broker door;
    private final Authentication authentication;
    private volatile Broker broker;
    private volatile String user = Principal.ANONYMOUS.name();
    private volatile String software = "unknown";
    private @Nullable CompletableFuture<Void> kept;
    private final Map<Object, Runnable> whenEnded = new HashMap<>();
    private volatile boolean hasEnded;

    /** A client at the address, which is nobody in particular until it proves who it is. */
    public ClientConnection(String host, Door door) {
        this.host = host;
        this.door = door.broker();
        broker = this.door.as(new Caller(Principal.ANONYMOUS, address()));
        authentication = new Authentication(door, address(), this::identify);
    }

    /** It is this one from now on. */
    public void identify(Principal principal) {
        user = principal.name();
        broker.leave();
        broker = door.as(new Caller(principal, address()));
    }

    /** The connection has ended. */
    public void end() {
        hasEnded = true;
        whenEnded.values().forEach(Runnable::run);
        whenEnded.clear();
        broker.leave();
    }

    /** Whether the connection has ended: nobody will hear of what is done for it. Any thread. */
    public boolean hasEnded() {
        return hasEnded;
    }

    /** Runs the task when the connection ends; one task for each {@code what}. On its event loop. */
    public void whenEnded(Object what, Runnable task) {
        whenEnded.put(what, task);
    }

    /**
     * Whether an answer may wait without holding up the application: the heartbeats of these clients have a thread of
     * their own, while others await each heartbeat between two records.
     */
    public boolean heartbeatsAside() {
        return software.startsWith("apache-kafka-java ");
    }

    /** Completes when what the client waits for must be answered: it sent something else, or the connection ends. */
    public CompletableFuture<Void> keepWaiting() {
        CompletableFuture<Void> waiting = new CompletableFuture<>();
        kept = waiting;
        return waiting;
    }

    /** Another request came, or the connection ends. On its event loop. */
    public void hurry() {
        CompletableFuture<Void> waiting = kept;
        if (waiting != null) {
            kept = null;
            waiting.complete(null);
        }
    }

    /** The broker as this client may use it. Any thread. */
    public Broker broker() {
        return broker;
    }

    /** Where its login stands. */
    public Authentication authentication() {
        return authentication;
    }

    /** The name that quotas of users go by. */
    public String user() {
        return user;
    }

    /** Its address as Kafka shows it, with a leading slash. */
    public String host() {
        return host;
    }

    private String address() {
        return host.startsWith("/") ? host.substring(1) : host;
    }

    /** Name and version of its software if it told them (KIP-511). */
    public String software() {
        return software;
    }

    /** It told them. */
    public void tellSoftware(String name, String version) {
        software = name + " " + version;
    }
}
