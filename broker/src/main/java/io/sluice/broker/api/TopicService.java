package io.sluice.broker.api;

import io.sluice.common.TopicId;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Topics. Look-ups read an immutable image and never block; changes complete when they are durable. Any thread. */
public interface TopicService {
    /** All topics, sorted by name. */
    Collection<Topic> all();

    /** By name. */
    Optional<Topic> find(String name);

    /** By id. */
    Optional<Topic> find(TopicId id);

    /** Creates a topic; with {@code validateOnly} says only whether it would. */
    CompletableFuture<Result<Topic>> create(NewTopic topic, boolean validateOnly);

    /** The topic, created with the broker's defaults if it is missing and auto.create.topics.enable allows. */
    CompletableFuture<Result<Topic>> findOrAutoCreate(String name);

    /** Deletes a topic and its records. */
    CompletableFuture<Result<Topic>> delete(TopicId id);

    /** Every configuration of the topic with its effective value, documented. */
    Collection<ConfigEntry> describeConfigs(Topic topic);

    /** Every configuration of the broker with its effective value, documented. */
    Collection<ConfigEntry> describeBrokerConfigs();

    /** Why a name is not allowed, empty if it is: 1–249 of letters, digits, '.', '_', '-', not "." or "..". */
    Optional<String> whyInvalidName(String name);
}
