package io.sluice.broker.api;

import io.sluice.common.ErrorCode;

/**
 * What the caller of a view of the broker may do. The services ask by themselves; protocols ask here where their answer
 * depends on it. Any thread; costs a look-up.
 */
public interface Access {
    /** Whoever is asked about may do everything: no authorizer is set. */
    Access UNRESTRICTED = new Access() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public boolean may(Operation operation, ResourceType type, String name) {
            return true;
        }

        @Override
        public boolean sees(Operation operation, ResourceType type, String name) {
            return true;
        }

        @Override
        public boolean mayWithAny(Operation operation, ResourceType type) {
            return true;
        }

        @Override
        public int operationBits(ResourceType type, String name) {
            return type.operationBits();
        }

        @Override
        public Object stamp() {
            return this;
        }
    };

    /** Whether rules are asked at all. */
    boolean isOn();

    /** Whether the caller may do it; a no is written to the audit log. */
    boolean may(Operation operation, ResourceType type, String name);

    /** As {@link #may}, for lists that leave out what the caller must not see: a no is nothing to write down. */
    boolean sees(Operation operation, ResourceType type, String name);

    /** Whether the caller may do it to at least one resource of the type that may exist (KIP-679). */
    boolean mayWithAny(Operation operation, ResourceType type);

    /** Everything that the caller may do to the resource, one bit each ({@link Operation#bit}, KIP-430). */
    int operationBits(ResourceType type, String name);

    /**
     * The same object for as long as this caller's decisions stay the same: whoever keeps what a decision gave asks again
     * once it is another.
     */
    Object stamp();

    /** {@link #may} for the cluster. */
    default boolean mayToCluster(Operation operation) {
        return may(operation, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
    }

    /** NONE if the caller may do it, else the error of that type of resource. */
    default ErrorCode check(Operation operation, ResourceType type, String name) {
        return may(operation, type, name) ? ErrorCode.NONE : type.denied();
    }
}
