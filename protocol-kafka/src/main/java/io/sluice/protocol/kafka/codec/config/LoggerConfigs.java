package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.ConfigService.Action;
import io.sluice.broker.api.ConfigService.Change;
import io.sluice.broker.api.LoggerService;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Levels of loggers as configurations of the resource BROKER_LOGGER
 * (<a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-412">KIP-412</a>); refusals in the words of Kafka's
 * {@code RuntimeLoggerManager}.
 */
final class LoggerConfigs {
    private LoggerConfigs() {}

    /** The level of every logger. */
    static Result<SortedMap<String, String>> describe(String node, Broker broker) {
        Optional<String> elsewhere = whyNotHere(node, broker.nodeId());
        return elsewhere.isPresent()
                ? Result.failed(ErrorCode.INVALID_REQUEST, elsewhere.get())
                : broker.loggers().levels();
    }

    /** Changes all of them or none; only SET and DELETE, as in Kafka. */
    static Result<SortedMap<String, String>> alter(
            String node, List<Change> changes, boolean validateOnly, Broker broker) {
        Optional<String> elsewhere = whyNotHere(node, broker.nodeId());
        if (elsewhere.isPresent()) {
            return Result.failed(ErrorCode.INVALID_REQUEST, elsewhere.get());
        }
        Result<SortedMap<String, String>> known = broker.loggers().levels();
        if (!known.isOk()) {
            return known;
        }
        Map<String, String> levels = new HashMap<>();
        for (Change change : changes) {
            Result<String> level = level(change, known.get());
            if (!level.isOk()) {
                return Result.failed(level.error(), level.message());
            }
            levels.put(change.name(), level.get());
        }
        return validateOnly ? known : broker.loggers().set(levels);
    }

    private static Result<String> level(Change change, SortedMap<String, String> known) {
        if (change.action() != Action.SET && change.action() != Action.DELETE) {
            return Result.failed(
                    ErrorCode.INVALID_REQUEST,
                    change.action() + " operation is not allowed for the BROKER_LOGGER resource");
        }
        if (!known.containsKey(change.name())) {
            return Result.failed(ErrorCode.INVALID_CONFIG, "Logger " + change.name() + " does not exist!");
        }
        if (change.action() == Action.DELETE) {
            return change.name().equals(LoggerService.ROOT)
                    ? Result.failed(
                            ErrorCode.INVALID_REQUEST,
                            "Removing the log level of the " + LoggerService.ROOT + " logger is not allowed")
                    : Result.of("");
        }
        return LoggerService.LEVELS.contains(change.value())
                ? Result.of(change.value())
                : Result.failed(
                        ErrorCode.INVALID_CONFIG,
                        "Cannot set the log level of " + change.name() + " to " + change.value()
                                + " as it is not a supported log level. Valid log levels are "
                                + String.join(", ", LoggerService.LEVELS));
    }

    private static Optional<String> whyNotHere(String node, int nodeId) {
        if (node.isEmpty()) {
            return Optional.of("Broker id must not be empty");
        }
        return node.equals(Integer.toString(nodeId))
                ? Optional.empty()
                : Optional.of("Unexpected broker id, expected " + nodeId + " but received " + node);
    }
}
