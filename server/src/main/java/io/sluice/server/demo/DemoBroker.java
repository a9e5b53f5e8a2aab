package io.sluice.server.demo;

import java.nio.file.Path;
import java.util.List;

/** What the demo needs of a broker, or of several that are one cluster: where to connect, and that it stops. */
interface DemoBroker extends AutoCloseable {

    /** Where Kafka clients connect, HOST:PORT; several with commas between them. */
    String kafkaAddress();

    /** The processes that can be killed. */
    List<Long> processIds();

    /** A line for each node of a cluster: what it leads and how far it is. */
    List<String> standing();

    /** Stops it in order; what was acknowledged is in its directory. */
    @Override
    void close();

    /** Starts a broker. */
    @FunctionalInterface
    interface Starter {

        /** Starts one on {@code dataDirectory}, listening on {@code kafkaPort} of this machine only; 0 takes a free one. */
        DemoBroker start(Path dataDirectory, int kafkaPort);
    }
}
