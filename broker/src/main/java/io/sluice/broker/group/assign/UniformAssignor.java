package io.sluice.broker.group.assign;

import java.util.Map;

/**
 * Spreads all partitions of all topics evenly and moves as few as it can. With equal subscriptions no member has two
 * partitions more than another; with different ones no single move could make two of them more equal.
 */
final class UniformAssignor implements Assignor {
    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public Map<String, PartitionSet> assign(Reading reading) {
        return reading.hasEqualSubscriptions()
                ? new EqualSubscriptions(reading).assign()
                : new MixedSubscriptions(reading).assign();
    }
}
