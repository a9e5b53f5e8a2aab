package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Logins;
import java.util.concurrent.Executor;

/**
 * What every request of one listener needs.
 *
 * @param broker the broker behind it
 * @param advertisedHost where clients reach this node through this listener
 * @param advertisedPort likewise
 * @param blocking runs what may wait for a disk
 * @param logins how clients log in
 * @param loginCounters counts how that ends
 */
public record Door(
        Broker broker,
        String advertisedHost,
        int advertisedPort,
        Executor blocking,
        Logins logins,
        LoginCounters loginCounters) {}
