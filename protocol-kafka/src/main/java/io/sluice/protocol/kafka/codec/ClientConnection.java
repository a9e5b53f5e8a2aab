package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.Broker;

/** What is known of the client at the other end. Written on its event loop. */
public final class ClientConnection {
    private final String host;
    private volatile Broker broker;
    private volatile String software = "unknown";

    /** A client at the address, which sees this broker until it says who it is. */
    public ClientConnection(String host, Broker broker) {
        this.host = host;
        this.broker = broker;
    }

    /** The broker as this client may use it. Any thread. */
    public Broker broker() {
        return broker;
    }

    /** Its address as Kafka shows it, with a leading slash. */
    public String host() {
        return host;
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
