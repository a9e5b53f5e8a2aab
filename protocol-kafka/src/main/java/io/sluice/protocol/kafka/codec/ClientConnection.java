package io.sluice.protocol.kafka.codec;

/** What is known of the client at the other end. Written on its event loop. */
public final class ClientConnection {
    private final String host;
    private volatile String software = "unknown";

    /** A client at the address. */
    public ClientConnection(String host) {
        this.host = host;
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
