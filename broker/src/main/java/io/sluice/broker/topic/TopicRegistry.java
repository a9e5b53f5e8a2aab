package io.sluice.broker.topic;

import io.sluice.broker.api.Topic;
import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The topics of the committed metadata, by name and by id. Changed by shard 0's apply thread only, in the order of the
 * commits; read by any thread. Topics that are not open yet are here but are not shown.
 */
final class TopicRegistry {
    private final Map<TopicId, LocalTopic> byId = new ConcurrentHashMap<>();
    private final Map<String, LocalTopic> byName = new ConcurrentHashMap<>();

    /** Counts additions and removals. */
    private volatile long changes;

    private volatile Sorted sorted = new Sorted(0, List.of());

    /** By name, as they were after so many changes. */
    private record Sorted(long changes, List<LocalTopic> topics) {}

    void add(LocalTopic topic) {
        byId.put(topic.id(), topic);
        byName.put(topic.name(), topic);
        changes++;
    }

    /** Takes it out and ends it; nothing happens if it is not there. */
    void remove(TopicId id) {
        LocalTopic topic = byId.remove(id);
        if (topic != null) {
            topic.deleted();
            byName.remove(topic.name(), topic);
            changes++;
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

    /** Whether the metadata has a topic of the name, open here or not. */
    boolean has(String name) {
        return byName.containsKey(name);
    }

    Optional<Topic> find(String name) {
        LocalTopic topic = byName.get(name);
        return topic != null && topic.isOpen() ? Optional.of(topic) : Optional.empty();
    }

    Optional<Topic> find(TopicId id) {
        LocalTopic topic = byId.get(id);
        return topic != null && topic.isOpen() ? Optional.of(topic) : Optional.empty();
    }

    private List<LocalTopic> sorted() {
        // Before the look: what changes meanwhile has the next one sort anew.
        long seen = changes;
        Sorted known = sorted;
        if (known.changes() != seen) {
            List<LocalTopic> all = new ArrayList<>(byName.values());
            all.sort(Comparator.comparing(LocalTopic::name));
            known = new Sorted(seen, List.copyOf(all));
            sorted = known;
        }
        return known.topics();
    }

    /** Open ones, sorted by name. */
    Collection<Topic> all() {
        List<Topic> open = new ArrayList<>();
        for (LocalTopic topic : sorted()) {
            if (topic.isOpen()) {
                open.add(topic);
            }
        }
        return open;
    }
}
