package io.sluice.broker.group;

import io.sluice.common.TopicId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The topics as groups of the consumer protocol see them: as they are now. Deciders read it; what follows from it is in
 * events. Any thread.
 */
public interface TopicView {
    /** No topics. */
    TopicView NONE = new TopicView() {
        @Override
        public Optional<Shape> find(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Shape> find(TopicId id) {
            return Optional.empty();
        }

        @Override
        public Collection<Shape> all() {
            return List.of();
        }
    };

    /** By name. */
    Optional<Shape> find(String name);

    /** By id. */
    Optional<Shape> find(TopicId id);

    /** All, in any order. */
    Collection<Shape> all();

    /** What matters of a topic. */
    record Shape(String name, TopicId id, int partitionCount) {}
}
