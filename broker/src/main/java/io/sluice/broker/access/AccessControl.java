package io.sluice.broker.access;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Caller;
import io.sluice.common.Clock;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The rules in force on this node, and the views that keep to them. Any thread. */
public final class AccessControl implements MetricSource {
    private final AuthorizerSettings settings;
    private final Clock clock;
    private final LongAdder denials = new LongAdder();
    private volatile AccessRules rules;

    /** Without a rule. */
    public AccessControl(AuthorizerSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        rules = new AccessRules(settings, List.of());
    }

    /** Whether rules are asked at all. */
    public boolean isOn() {
        return settings.isOn();
    }

    /** From now on these rules decide, for views that are given already too. */
    public void enforce(List<AccessRule> newRules) {
        rules = new AccessRules(settings, newRules);
    }

    /** The broker as that caller may use it: itself if no rules are asked. */
    public Broker viewOf(Broker broker, Caller caller) {
        return settings.isOn()
                ? new GuardedBroker(broker, new Guard(caller, () -> rules, new AuditTrail(caller, clock, denials)))
                : broker;
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        consumer.accept(Metric.counter(
                "sluice_access_denials_total", "Requests or parts of them that no rule allowed.", denials.sum()));
    }
}
