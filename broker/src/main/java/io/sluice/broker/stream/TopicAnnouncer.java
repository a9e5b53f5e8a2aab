package io.sluice.broker.stream;

import io.sluice.broker.api.NewTopic;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.Topic;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.common.Begun;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import io.sluice.replication.Shard;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the metadata of the topics of streams that were made and of those that are gone, of so many at a time, in order: a
 * hundred thousand keys may go at once. What fails is told again at the next start. Any thread, but for {@link #resume} and
 * {@link #announce}, which are the apply thread's.
 */
final class TopicAnnouncer {
    private static final Logger LOG = LoggerFactory.getLogger(TopicAnnouncer.class);
    private static final int UNDER_WAY_MAX = 1_024;

    private final StreamMachine machine;
    private final Shard shard;
    private final LocalTopics topics;
    private final Map<String, String> configs;
    private final InTurn<News> news = new InTurn<>(UNDER_WAY_MAX, this::tell);

    /** A topic that there is, with its key, or that is gone. */
    private record News(TopicId topicId, @Nullable StreamKey key) {}

    TopicAnnouncer(StreamMachine machine, Shard shard, LocalTopics topics) {
        this.machine = machine;
        this.shard = shard;
        this.topics = topics;
        configs = Map.of(
                TopicConfigs.CLEANUP_POLICY.name(),
                "delete",
                TopicConfigs.RETENTION_MS.name(),
                "-1",
                TopicConfigs.RETENTION_BYTES.name(),
                "-1",
                TopicConfigs.MAX_MESSAGE_BYTES.name(),
                Integer.toString(BrokerConfigs.LARGEST_BATCH_BYTES),
                TopicConfigs.DURABILITY.name(),
                shard.durability().name().toLowerCase(Locale.ROOT),
                StreamSettings.IDS_CONFIG,
                StreamSettings.OWN_IDS);
    }

    /** When segments of new streams end. */
    SegmentSettings segments() {
        return topics.segments(configs);
    }

    /** Tells all that was not told or not heard. */
    void resume() {
        machine.unannounced().forEach(this::announce);
        machine.unforgotten().forEach(this::forget);
    }

    void announce(TopicId topicId) {
        StreamState state = machine.find(topicId);
        if (state != null) {
            news.add(new News(topicId, state.key()));
        }
    }

    void forget(TopicId topicId) {
        news.add(new News(topicId, null));
    }

    private CompletableFuture<Void> tell(News news) {
        StreamKey key = news.key();
        return Begun.of(() -> key == null ? drop(news.topicId()) : adopt(news.topicId(), key))
                .whenComplete((told, failure) -> {
                    if (failure != null) {
                        LOG.error("the metadata could not be told of topic id={} of a stream", news.topicId(), failure);
                    }
                });
    }

    private CompletableFuture<Void> adopt(TopicId topicId, StreamKey key) {
        return adopt(topicId, StreamNames.of(key))
                .thenCompose(known -> isTaken(known.error())
                        ? adopt(topicId, StreamNames.other(key, topicId))
                        : CompletableFuture.completedFuture(known))
                .thenAccept(known -> {
                    if (known.isOk()) {
                        shard.submit(machine, new Note(new StreamEvent.Announced(topicId)));
                    } else if (isLeaderless(known.error())) {
                        LOG.debug("the topic of stream key={} is not known yet: {}", key, known.error());
                    } else {
                        LOG.warn("the topic of stream key={} is not known yet: {}", key, known.message());
                    }
                });
    }

    private CompletableFuture<Result<Topic>> adopt(TopicId topicId, String name) {
        return topics.adopt(topicId, new NewTopic(name, 1, -1, configs));
    }

    /** Another topic of the name, or of one that differs in '.' and '_' only. */
    private static boolean isTaken(ErrorCode error) {
        return error == ErrorCode.TOPIC_ALREADY_EXISTS || error == ErrorCode.INVALID_TOPIC_EXCEPTION;
    }

    /** Nobody decides about metadata now, as while this node stops: whoever leads next tells it again. */
    private static boolean isLeaderless(ErrorCode error) {
        return error == ErrorCode.NOT_COORDINATOR
                || error == ErrorCode.NOT_CONTROLLER
                || error == ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    private CompletableFuture<Void> drop(TopicId topicId) {
        return topics.abandon(topicId, shard.durability()).thenAccept(error -> {
            if (error == ErrorCode.NONE) {
                shard.submit(machine, new Note(new StreamEvent.Forgotten(topicId)));
            } else if (isLeaderless(error)) {
                LOG.debug("topic id={} of a removed stream is not deleted yet: {}", topicId, error);
            } else {
                LOG.warn("topic id={} of a removed stream is not deleted yet: {}", topicId, error);
            }
        });
    }

    /** Keeps the event if it still says something. */
    private record Note(StreamEvent event) implements Command<StreamMachine> {
        @Override
        public void decide(StreamMachine streams, Decision decision, long nowMs) {
            boolean isNews = event instanceof StreamEvent.Announced
                    ? !streams.isAnnounced(event.topicId())
                    : streams.isUnforgotten(event.topicId());
            if (isNews) {
                streams.emit(decision, event);
            }
        }

        @Override
        public void refused(ErrorCode reason) {}
    }
}
