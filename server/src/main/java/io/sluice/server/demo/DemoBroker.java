package io.sluice.server.demo;

import java.nio.file.Path;

/** What the demo needs of a broker: where to connect, and that it stops. */
interface DemoBroker extends AutoCloseable {

    /** Where Kafka clients connect, HOST:PORT. */
    String kafkaAddress();

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
