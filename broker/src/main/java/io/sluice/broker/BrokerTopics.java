package io.sluice.broker;

import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.broker.group.TopicView;
import io.sluice.common.TopicId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The broker's topics as groups see them; none until the topics are there, because the groups come first. Any thread. */
final class BrokerTopics implements TopicView {
    private volatile @Nullable TopicService topics;

    void become(TopicService service) {
        topics = service;
    }

    @Override
    public Optional<Shape> find(String name) {
        TopicService service = topics;
        return service == null ? Optional.empty() : service.find(name).map(BrokerTopics::shape);
    }

    @Override
    public Optional<Shape> find(TopicId id) {
        TopicService service = topics;
        return service == null ? Optional.empty() : service.find(id).map(BrokerTopics::shape);
    }

    @Override
    public Collection<Shape> all() {
        TopicService service = topics;
        return service == null
                ? List.of()
                : service.all().stream().map(BrokerTopics::shape).toList();
    }

    private static Shape shape(Topic topic) {
        return new Shape(topic.name(), topic.id(), topic.partitionCount());
    }
}
