package io.sluice.broker.cluster;

import io.sluice.broker.api.NodeInfo;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A node as it registers itself.
 *
 * @param id 1 or more
 * @param host where the other nodes reach it
 * @param port likewise
 * @param rack whatever fails together: a rack, a zone; empty if that is not known
 * @param endpoints where clients reach it, by name of the listener
 * @param featureLevelLeast it runs in clusters from this feature level
 * @param featureLevelMost to this one
 */
public record NodeRecord(
        int id,
        String host,
        int port,
        Optional<String> rack,
        Map<String, NodeInfo.Endpoint> endpoints,
        int featureLevelLeast,
        int featureLevelMost) {
    /** This release runs in clusters from this feature level. */
    public static final int LEVEL_LEAST = 1;

    /** To this one, with which it founds a cluster. */
    public static final int LEVEL_MOST = 2;

    /** From this one on slots of groups move between shards. */
    static final int LEVEL_OF_SLOTS = 2;

    /** More listeners has no node; what comes from others is checked against it. */
    static final int ENDPOINTS_MAX = 64;

    public NodeRecord {
        endpoints = Map.copyOf(endpoints);
    }

    /** Sorted, so that equal nodes have equal bytes. */
    Map<String, NodeInfo.Endpoint> sortedEndpoints() {
        return new TreeMap<>(endpoints);
    }
}
