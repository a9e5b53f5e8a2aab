package io.sluice.broker.api;

import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Levels of this node's log, changed while it runs and until it stops: what Kafka's protocol calls the configurations of the
 * resource BROKER_LOGGER (KIP-412). Names and levels are Kafka's: the logger above all is {@code root}. Any thread; never
 * blocks.
 */
public interface LoggerService {
    /** Name of the logger above all others. */
    String ROOT = "root";

    /** Every level, the least severe first. */
    List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");

    /** Every known logger with the level in force. Needs DESCRIBE_CONFIGS on the cluster: CLUSTER_AUTHORIZATION_FAILED. */
    Result<SortedMap<String, String>> levels();

    /**
     * Sets levels, all or none: an empty level means that of the logger above. INVALID_CONFIG if a logger is not known or a
     * level is none, INVALID_REQUEST where the root would be left without one. Needs ALTER_CONFIGS on the
     * cluster: CLUSTER_AUTHORIZATION_FAILED.
     */
    Result<SortedMap<String, String>> set(Map<String, String> levels);

    /** A node whose log cannot be changed, as in tests. */
    LoggerService NONE = new LoggerService() {
        @Override
        public Result<SortedMap<String, String>> levels() {
            return Result.of(new TreeMap<>());
        }

        @Override
        public Result<SortedMap<String, String>> set(Map<String, String> levels) {
            return levels.isEmpty()
                    ? levels()
                    : Result.failed(ErrorCode.INVALID_CONFIG, "the log of this node cannot be changed");
        }
    };
}
