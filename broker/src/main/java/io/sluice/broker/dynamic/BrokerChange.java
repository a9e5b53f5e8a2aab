package io.sluice.broker.dynamic;

import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigKey;
import io.sluice.broker.config.ConfigValues;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What may be set at a broker while it runs: Kafka's {@code DynamicBrokerConfig} in order and words. Kafka answers
 * INVALID_REQUEST for values it refuses here (KAFKA-13609), and takes names it does not know, which we refuse with
 * INVALID_CONFIG, since they would have no effect.
 */
final class BrokerChange {
    private BrokerChange() {}

    /** Why the resource cannot be changed at this node; empty if it can. */
    static Optional<String> whyNotHere(Resource broker, int nodeId) {
        if (broker.name().isEmpty() || broker.name().equals(Integer.toString(nodeId))) {
            return Optional.empty();
        }
        return broker.name().matches("[+-]?\\d{1,10}")
                ? Optional.of("Unexpected broker id, expected " + nodeId + ", but received " + broker.name())
                : Optional.of("Node id must be an integer, but it is: " + broker.name());
    }

    /** Checks all that a broker, or all of them, shall have. */
    static Result<ConfigValues> check(Map<String, String> explicit) {
        Map<String, String> sorted = new TreeMap<>(explicit);
        for (String name : sorted.keySet()) {
            if (BrokerConfigs.TABLE.find(name).isEmpty()) {
                return Result.failed(ErrorCode.INVALID_CONFIG, "Unknown broker config name: " + name);
            }
        }
        List<String> fixed = names(sorted, ConfigKey::isReadOnly);
        if (!fixed.isEmpty()) {
            return refused("Cannot update these configs dynamically: " + fixed);
        }
        Result<ConfigValues> checked = BrokerConfigs.TABLE.check(explicit);
        return checked.isOk() ? checked : refused(checked.message());
    }

    private static List<String> names(Map<String, String> explicit, Predicate<ConfigKey<?>> wanted) {
        return explicit.keySet().stream()
                .filter(name -> wanted.test(BrokerConfigs.TABLE.find(name).orElseThrow()))
                .toList();
    }

    private static Result<ConfigValues> refused(String reason) {
        return Result.failed(ErrorCode.INVALID_REQUEST, reason);
    }
}
