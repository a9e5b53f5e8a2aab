package io.sluice.broker.observe;

import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.GroupService;
import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.Metric;
import io.sluice.common.SeriesSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How far each group is behind, by topic. Asks the coordinator for the groups' offsets like a client, which waits for the
 * group shard: a shard that does not answer in time costs these numbers, never the others. Any thread that may block.
 */
public final class GroupSeries implements SeriesSource {
    private static final long WAIT_MS = 1_000;

    private final GroupService groups;
    private final TopicService topics;
    private final int groupsMax;

    /** Of so many groups at most, the first by id. */
    public GroupSeries(GroupService groups, TopicService topics, int groupsMax) {
        this.groups = groups;
        this.topics = topics;
        this.groupsMax = groupsMax;
    }

    @Override
    public void collect(SeriesConsumer consumer) {
        CompletableFuture<Result<List<GroupListing>>> listing = groups.list();
        await(List.of(listing));
        List<GroupListing> all =
                answered(listing).filter(Result::isOk).map(Result::get).orElse(List.of());
        consumer.family("sluice_groups", Metric.Kind.GAUGE, "Consumer groups, by state.", List.of("state"));
        SortedMap<String, Integer> byState = new TreeMap<>();
        for (GroupService.GroupState state : GroupService.GroupState.values()) {
            byState.put(state.kafkaName(), 0);
        }
        for (ConsumerGroupDescription.State state : ConsumerGroupDescription.State.values()) {
            byState.put(state.kafkaName(), 0);
        }
        all.forEach(group -> byState.merge(group.state(), 1, Integer::sum));
        byState.forEach(consumer::sample);
        consumer.family(
                "sluice_group_lag_records",
                Metric.Kind.GAUGE,
                "Records behind the group's committed offsets, over the partitions it committed for.",
                List.of("group", "topic"));
        SortedMap<String, CompletableFuture<Result<Map<TopicPartition, CommittedOffset>>>> committed = new TreeMap<>();
        all.stream()
                .map(GroupListing::groupId)
                .sorted()
                .limit(groupsMax)
                .forEach(id -> committed.put(id, groups.committed(id, Optional.empty())));
        await(committed.values());
        committed.forEach((id, offsets) -> answered(offsets)
                .filter(Result::isOk)
                .ifPresent(found -> lag(found.get()).forEach((topic, records) -> consumer.sample(id, topic, records))));
    }

    private SortedMap<String, Long> lag(Map<TopicPartition, CommittedOffset> committed) {
        SortedMap<String, Long> byTopic = new TreeMap<>();
        committed.forEach((place, position) -> partition(place)
                .ifPresent(partition -> byTopic.merge(place.topic(), behind(partition, position.offset()), Long::sum)));
        return byTopic;
    }

    /** Records that are gone need not be read any more. */
    private static long behind(Partition partition, long position) {
        return Math.max(0, partition.endOffset() - Math.max(position, partition.startOffset()));
    }

    private Optional<Partition> partition(TopicPartition place) {
        return topics.find(place.topic())
                .filter(topic -> place.partition() < topic.partitionCount())
                .map((Topic topic) -> topic.partition(place.partition()));
    }

    /** Waits for all of them together, so that many that do not come cost no more time than one. */
    private static void await(Collection<? extends CompletableFuture<?>> answers) {
        try {
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException tooLate) {
            // What is there is shown.
        }
    }

    private static <T> Optional<T> answered(CompletableFuture<T> answer) {
        return answer.isDone() && !answer.isCompletedExceptionally()
                ? Optional.of(answer.resultNow())
                : Optional.empty();
    }
}
