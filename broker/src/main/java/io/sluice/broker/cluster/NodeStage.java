package io.sluice.broker.cluster;

/**
 * What is to become of a node.
 *
 * <pre>
 *   ACTIVE ◄──────► DRAINING
 *      └──► LEAVING ◄──┘  ──nothing is left on it──► (removed)
 * </pre>
 */
public enum NodeStage {
    /** Keeps and leads its share. */
    ACTIVE,
    /** Leads nothing and gives its replicas away, as far as others can take them; it stays a member. */
    DRAINING,
    /** As draining, and then it is no member any more, even if fewer replicas remain. */
    LEAVING
}
