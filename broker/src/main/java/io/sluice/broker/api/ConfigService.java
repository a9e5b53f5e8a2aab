package io.sluice.broker.api;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Configurations that change while the broker runs, of topics, brokers and groups. Looking never blocks; changes complete
 * when they are durable and in effect, on an apply thread: callers hand over. Any thread.
 *
 * <p>A resource changes as a whole or not at all. Expected errors: INVALID_CONFIG and INVALID_REQUEST with a sentence,
 * UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION, POLICY_VIOLATION.
 */
public interface ConfigService {
    /** What has configurations. */
    enum Kind {
        TOPIC,
        BROKER,
        GROUP
    }

    /**
     * One thing that has configurations.
     *
     * @param kind what it is
     * @param name a topic, a group, or the number of a broker; empty for what applies to all brokers
     */
    record Resource(Kind kind, String name) {}

    /** What happens to a value (<a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-339">KIP-339</a>). */
    enum Action {
        SET,
        DELETE,
        APPEND,
        SUBTRACT
    }

    /** One change; {@code value} is empty for DELETE, and a list with commas for APPEND and SUBTRACT. */
    record Change(String name, Action action, String value) {}

    /**
     * Every configuration with its effective value and where it comes from; for all brokers together only what is set for
     * them. Needs DESCRIBE_CONFIGS on the topic, the group, or for brokers the cluster.
     */
    Result<Collection<ConfigEntry>> describe(Resource resource);

    /**
     * Changes some configurations; with {@code validateOnly} says only whether it would. Needs ALTER_CONFIGS on the topic,
     * the group, or for brokers the cluster.
     */
    CompletableFuture<Result<Resource>> alter(Resource resource, List<Change> changes, boolean validateOnly);

    /** The same, but what is not named goes back to its default. Needs the same. */
    CompletableFuture<Result<Resource>> replace(Resource resource, Map<String, String> configs, boolean validateOnly);

    /**
     * Names of the things that have or may have configurations: all topics, the brokers, groups with configurations of
     * their own; sorted. Needs DESCRIBE_CONFIGS on the cluster.
     */
    Result<Collection<String>> names(Kind kind);
}
