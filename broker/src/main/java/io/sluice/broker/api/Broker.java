package io.sluice.broker.api;

/** The broker as protocols see it. */
public interface Broker {
    /** Topics and their configuration. */
    TopicService topics();

    /** Consumer groups and their committed positions. */
    GroupService groups();

    /** Ids for idempotent producers. */
    ProducerIdService producerIds();

    /** Identity of the cluster, made at first start: 22 characters of URL-safe Base64. */
    String clusterId();

    /** Identity of this node in the cluster. */
    int nodeId();
}
