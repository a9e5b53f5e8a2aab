package io.sluice.broker.api;

/**
 * The broker as protocols see it. What a door holds may do everything; what a connection holds is the view of its caller
 * ({@link #as}), in which every service asks the access rules first. What each call needs stands at the call: "Needs ALTER
 * on the topic".
 */
public interface Broker {
    /** Topics and their configuration. */
    TopicService topics();

    /** Configurations that change while the broker runs. */
    ConfigService configs();

    /** Consumer groups and their committed positions. */
    GroupService groups();

    /** Delivery groups: records handed out one by one. */
    DeliveryService deliveries();

    /** Quotas of users, client ids and addresses. */
    QuotaService quotas();

    /** Ids for idempotent producers. */
    ProducerIdService producerIds();

    /** Streams by key, as Redis has them. */
    StreamService streams();

    /** Access rules. */
    AccessRuleService accessRules();

    /** Users with passwords. */
    UserService users();

    /** Levels of this node's log. */
    LoggerService loggers();

    /** What the caller of this view may do. */
    Access access();

    /**
     * The broker as that caller may use it. For doors, once they know who speaks; whoever got a view asks it for no other:
     * {@link IllegalStateException}.
     */
    Broker as(Caller caller);

    /** The caller of this view has gone: what its audit trail kept back is written. */
    void leave();

    /** The cluster as administrators see it. */
    ClusterService cluster();

    /** Identity of the cluster, made at first start: 22 characters of URL-safe Base64. */
    String clusterId();

    /** Identity of this node in the cluster. */
    int nodeId();
}
