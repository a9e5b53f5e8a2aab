package io.sluice.broker.api;

import java.util.Map;
import java.util.Optional;

/**
 * A node of the cluster as clients see it.
 *
 * @param id 1 or more
 * @param rack whatever fails together with it: a rack, a zone
 * @param endpoints where clients reach it, by name of the listener: {@code kafka}
 */
public record NodeInfo(int id, Optional<String> rack, Map<String, Endpoint> endpoints) {
    /** Where a listener is reached. */
    public record Endpoint(String host, int port) {}

    public NodeInfo {
        endpoints = Map.copyOf(endpoints);
    }
}
