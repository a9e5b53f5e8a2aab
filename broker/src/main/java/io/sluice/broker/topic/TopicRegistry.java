package io.sluice.broker.topic;

import io.sluice.broker.api.Topic;
import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The topics of the committed metadata, by name and by id. Changed by shard 0's apply thread only, in the order of the
 * commits; read by any thread. Topics that are not open yet are here but are not shown.
 */
final class TopicRegistry {
    private final Map<TopicId, LocalTopic> byId = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, LocalTopic> byName = new ConcurrentSkipListMap<>();

    /** The same once more: every request looks topics up, and a hash is quicker than a search. */
    private final Map<String, LocalTopic> byNameUnsorted = new ConcurrentHashMap<>();

    void add(LocalTopic topic) {
        byId.put(topic.id(), topic);
        byName.put(topic.name(), topic);
        byNameUnsorted.put(topic.name(), topic);
    }

    /** Takes it out and ends it; nothing happens if it is not there. */
    void remove(TopicId id) {
        LocalTopic topic = byId.remove(id);
        if (topic != null) {
            topic.deleted();
            byName.remove(topic.name(), topic);
            byNameUnsorted.remove(topic.name(), topic);
        }
    }

    /** Also those that are not open. */
    Optional<LocalTopic> known(TopicId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Also those that are not open. */
    Collection<LocalTopic> known() {
        return List.copyOf(byId.values());
    }

    Optional<Topic> find(String name) {
        LocalTopic topic = byNameUnsorted.get(name);
        return topic != null && topic.isOpen() ? Optional.of(topic) : Optional.empty();
    }

    Optional<Topic> find(TopicId id) {
        LocalTopic topic = byId.get(id);
        return topic != null && topic.isOpen() ? Optional.of(topic) : Optional.empty();
    }

    /** Open ones, sorted by name. */
    Collection<Topic> all() {
        List<Topic> open = new ArrayList<>();
        for (LocalTopic topic : byName.values()) {
            if (topic.isOpen()) {
                open.add(topic);
            }
        }
        return open;
    }
}
