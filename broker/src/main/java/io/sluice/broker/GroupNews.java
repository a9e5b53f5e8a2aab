package io.sluice.broker;

import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicListener;
import io.sluice.common.ErrorCode;
import io.sluice.common.Lots;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Passes on to groups that a topic came, went or grew; they look it up themselves. What changes while they are being told is
 * told together afterwards, because it takes a command for each slot of groups, however many topics there are. Any thread.
 */
final class GroupNews implements TopicListener {
    private final Lots<String> names;

    /** {@code groups} complete when they have heard of topics of these names. */
    GroupNews(Function<List<String>, CompletableFuture<ErrorCode>> groups) {
        names = new Lots<>(groups);
    }

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
        var unused = names.add(topic.name());
    }
}
