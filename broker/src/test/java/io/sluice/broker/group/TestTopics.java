package io.sluice.broker.group;

import io.sluice.common.TopicId;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Topics that a test creates and deletes. */
final class TestTopics implements TopicView {
    private final NavigableMap<String, Shape> byName = new TreeMap<>();
    private long created;

    /** Creates a topic, anew if it is there already. */
    TopicId create(String name, int partitionCount) {
        TopicId id = new TopicId(7, created++);
        byName.put(name, new Shape(name, id, partitionCount));
        return id;
    }

    void grow(String name, int partitionCount) {
        byName.computeIfPresent(name, (key, shape) -> new Shape(name, shape.id(), partitionCount));
    }

    void delete(String name) {
        byName.remove(name);
    }

    @Override
    public Optional<Shape> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    @Override
    public Optional<Shape> find(TopicId id) {
        return byName.values().stream().filter(shape -> shape.id().equals(id)).findFirst();
    }

    @Override
    public Collection<Shape> all() {
        return List.copyOf(byName.values());
    }
}
