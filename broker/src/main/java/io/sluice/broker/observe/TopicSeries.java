package io.sluice.broker.observe;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.Metric;
import io.sluice.common.SeriesSource;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;

/** Size and growth of each topic, summed over its partitions. Any thread. */
public final class TopicSeries implements SeriesSource {
    /** Label of all topics above the limit together; no topic can have this name. */
    static final String OTHERS = "(others)";

    private static final List<String> LABELS = List.of("topic");

    private final TopicService topics;
    private final int topicsMax;

    /** Of so many topics at most, the first by name; the others are summed up. */
    public TopicSeries(TopicService topics, int topicsMax) {
        this.topics = topics;
        this.topicsMax = topicsMax;
    }

    @Override
    public void collect(SeriesConsumer consumer) {
        Collection<Topic> all = topics.all();
        consumer.family("sluice_topic_partitions", Metric.Kind.GAUGE, "Partitions of the topic.", LABELS);
        samples(all, consumer, Topic::partitionCount);
        consumer.family(
                "sluice_topic_size_bytes", Metric.Kind.GAUGE, "Bytes of the topic's records, as compressed.", LABELS);
        samples(all, consumer, topic -> sum(topic, Partition::sizeBytes));
        consumer.family(
                "sluice_topic_appended_records_total",
                Metric.Kind.COUNTER,
                "Records appended since the topic was created: the sum of its partitions' end offsets.",
                LABELS);
        samples(all, consumer, topic -> sum(topic, Partition::endOffset));
        consumer.family(
                "sluice_topic_records",
                Metric.Kind.GAUGE,
                "Offsets the topic spans: its records and what compaction took from between them.",
                LABELS);
        samples(all, consumer, topic -> sum(topic, partition -> partition.endOffset() - partition.startOffset()));
    }

    private void samples(Collection<Topic> all, SeriesConsumer consumer, ToLongFunction<Topic> number) {
        int shown = 0;
        long others = 0;
        for (Topic topic : all) {
            if (shown < topicsMax) {
                consumer.sample(topic.name(), number.applyAsLong(topic));
                shown++;
            } else {
                others += number.applyAsLong(topic);
            }
        }
        if (all.size() > topicsMax) {
            consumer.sample(OTHERS, others);
        }
    }

    private static long sum(Topic topic, ToLongFunction<Partition> number) {
        long sum = 0;
        int count = topic.partitionCount();
        for (int i = 0; i < count; i++) {
            sum += number.applyAsLong(topic.partition(i));
        }
        return sum;
    }
}
