package io.sluice.broker;

import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.broker.group.GroupCoordinator;
import java.util.List;

/** Passes on to groups that a topic came, went or grew; they look it up themselves. */
record GroupNews(GroupCoordinator groups) implements TopicListener {
    @Override
    public void created(Topic topic) {
        changed(topic);
    }

    @Override
    public void deleted(Topic topic) {
        changed(topic);
    }

    @Override
    public void partitionsAdded(Topic topic, int before) {
        changed(topic);
    }

    private void changed(Topic topic) {
        var unused = groups.topicsChanged(List.of(topic.name()));
    }
}
