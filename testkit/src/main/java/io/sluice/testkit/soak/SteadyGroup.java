package io.sluice.testkit.soak;

import io.sluice.testkit.TopicReader;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * A group that stays from the first moment to the last.
 *
 * @param id group id
 * @param kind how its members are coordinated
 * @param topics what it reads
 */
record SteadyGroup(String id, GroupKind kind, List<String> topics) {
    List<TopicPartition> partitions(int partitionsOfTopic) {
        return TopicReader.partitionsOf(topics, partitionsOfTopic);
    }
}
