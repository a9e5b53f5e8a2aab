package io.sluice.broker.access;

import io.sluice.broker.api.Access;
import io.sluice.broker.api.AccessRuleService;
import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.ClusterService;
import io.sluice.broker.api.ConfigService;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.LoggerService;
import io.sluice.broker.api.ProducerIdService;
import io.sluice.broker.api.QuotaService;
import io.sluice.broker.api.StreamService;
import io.sluice.broker.api.TopicService;
import io.sluice.broker.api.UserService;

/** The broker as one caller may use it. Any thread. */
final class GuardedBroker implements Broker {
    private final Broker broker;
    private final Guard guard;
    private final TopicService topics;
    private final ConfigService configs;
    private final ClusterService cluster;
    private final GroupService groups;
    private final DeliveryService deliveries;
    private final ProducerIdService producerIds;
    private final AccessRuleService accessRules;
    private final UserService users;
    private final QuotaService quotas;
    private final StreamService streams;

    GuardedBroker(Broker broker, Guard guard) {
        this.broker = broker;
        this.guard = guard;
        topics = new GuardedTopics(broker.topics(), guard);
        configs = new GuardedConfigs(broker.configs(), guard);
        cluster = new GuardedCluster(broker.cluster(), guard);
        groups = new GuardedGroups(broker.groups(), guard);
        deliveries = new GuardedDeliveries(broker.deliveries(), broker.topics(), guard);
        producerIds = new GuardedProducerIds(broker.producerIds(), guard);
        accessRules = new GuardedAccessRules(broker.accessRules(), guard);
        users = new GuardedUsers(broker.users(), guard);
        quotas = new GuardedQuotas(broker.quotas(), guard);
        streams = new GuardedStreams(broker.streams(), guard);
    }

    @Override
    public TopicService topics() {
        return topics;
    }

    @Override
    public ConfigService configs() {
        return configs;
    }

    @Override
    public ClusterService cluster() {
        return cluster;
    }

    @Override
    public GroupService groups() {
        return groups;
    }

    @Override
    public DeliveryService deliveries() {
        return deliveries;
    }

    @Override
    public ProducerIdService producerIds() {
        return producerIds;
    }

    @Override
    public AccessRuleService accessRules() {
        return accessRules;
    }

    @Override
    public UserService users() {
        return users;
    }

    @Override
    public QuotaService quotas() {
        return quotas;
    }

    @Override
    public StreamService streams() {
        return streams;
    }

    @Override
    public LoggerService loggers() {
        return new GuardedLoggers(broker.loggers(), guard);
    }

    @Override
    public Access access() {
        return guard;
    }

    @Override
    public Broker as(Caller caller) {
        throw new IllegalStateException("the view of one caller gives none of another");
    }

    @Override
    public void leave() {
        guard.end();
    }

    @Override
    public String clusterId() {
        return broker.clusterId();
    }

    @Override
    public int nodeId() {
        return broker.nodeId();
    }
}
