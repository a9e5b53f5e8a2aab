package io.sluice.testkit.crash;

import io.sluice.testkit.TopicReader;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * What a crash test does.
 *
 * @param rounds how many kills or cuts
 * @param seed decides the moments and the records; the machine's own timing still differs from run to run
 * @param producers idempotent producers at the same time
 * @param topics topics they write to
 * @param partitions partitions of each topic
 * @param durability value of {@code sluice.durability}; empty for the broker's default
 * @param isControl whether records must be lost: one round, and producers that cannot go on are not waited for
 */
public record CrashPlan(
        int rounds, long seed, int producers, int topics, int partitions, String durability, boolean isControl) {
    /** Four producers over three topics of four partitions, at the default durability. */
    public static CrashPlan of(int rounds, long seed) {
        return new CrashPlan(rounds, seed, 4, 3, 4, "", false);
    }

    /** One round that must lose records, because the topics are of {@code durability}. */
    public static CrashPlan control(String durability, long seed) {
        return new CrashPlan(1, seed, 4, 3, 4, durability, true);
    }

    List<String> topicNames() {
        return IntStream.range(0, topics).mapToObj(topic -> "crash-" + topic).toList();
    }

    List<TopicPartition> allPartitions() {
        return TopicReader.partitionsOf(topicNames(), partitions);
    }
}
