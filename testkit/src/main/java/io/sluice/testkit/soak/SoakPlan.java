package io.sluice.testkit.soak;

import io.sluice.testkit.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * What a soak does. All its clients are real ones of the Java client library, at the pace of a calm service: together
 * about 400 records a second in, four times that out.
 *
 * @param duration how long the load lasts; the kill comes in the middle
 * @param seed decides the moment of the kill and what each client does; the machine's own timing differs
 * @param topics topics that stay
 * @param partitions partitions of each
 * @param writers idempotent producers that write to them, one client each
 * @param groups groups that read them and stay, half of them classic, half of the consumer protocol
 * @param membersPerGroup members of each, one client each; they leave, vanish and are replaced
 * @param topicChurners each creates, writes, reads and deletes topics with an admin client, a producer and a reader
 * @param groupChurners each makes a group, reads in it and deletes it with a consumer and an admin client
 * @param durability value of {@code sluice.durability} of the topics that stay; empty for the broker's default
 */
public record SoakPlan(
        Duration duration,
        long seed,
        int topics,
        int partitions,
        int writers,
        int groups,
        int membersPerGroup,
        int topicChurners,
        int groupChurners,
        String durability) {
    private static final int CLIENTS_OF_TOPIC_CHURNER = 3;
    private static final int CLIENTS_OF_GROUP_CHURNER = 2;

    /** One admin client reads the positions of groups, one asks what user interfaces ask. */
    private static final int ADMINS = 2;

    /**
     * Two hundred clients: 70 producers, 100 consumers in 20 groups, 6 times three clients around passing topics, 5 times
     * two around passing groups, 2 admin clients.
     */
    public static SoakPlan of(Duration duration, long seed) {
        return new SoakPlan(duration, seed, 10, 4, 70, 20, 5, 6, 5, "");
    }

    /** The same on topics that a kill must take records from. */
    public static SoakPlan control(Duration duration, long seed) {
        return new SoakPlan(duration, seed, 10, 4, 70, 20, 5, 6, 5, "memory");
    }

    /**
     * Settings of the broker: limits that it reaches within minutes rather than hours (memory of newest records, time
     * between checkpoints, patience with silent members), and no topic that clients create by asking for it.
     */
    public static Map<String, String> brokerSettings() {
        return Map.of(
                "auto.create.topics.enable", "false",
                "checkpoint.ms", "5000",
                "tail.memory.bytes", Integer.toString(8 << 20),
                "group.initial.rebalance.delay.ms", "100",
                "group.consumer.min.session.timeout.ms", "6000",
                "group.consumer.session.timeout.ms", Integer.toString(SoakClients.SESSION_TIMEOUT_MS),
                "group.consumer.min.heartbeat.interval.ms", "500",
                "group.consumer.heartbeat.interval.ms", "1000");
    }

    /** Whether records must be lost. */
    boolean isControl() {
        return !durability.isEmpty();
    }

    /** How many clients there are at most at the same time. */
    public int clients() {
        return writers
                + groups * membersPerGroup
                + topicChurners * CLIENTS_OF_TOPIC_CHURNER
                + groupChurners * CLIENTS_OF_GROUP_CHURNER
                + ADMINS;
    }

    String topic(int number) {
        return "steady-" + number;
    }

    List<String> topicNames() {
        return IntStream.range(0, topics).mapToObj(this::topic).toList();
    }

    List<TopicPartition> allPartitions() {
        return TopicReader.partitionsOf(topicNames(), partitions);
    }

    List<SteadyGroup> steadyGroups() {
        return IntStream.range(0, groups).mapToObj(this::group).toList();
    }

    // Two topics each, in pairs that differ from one round over the topics to the next.
    private SteadyGroup group(int number) {
        int distance = 1 + number / topics % (topics - 1);
        List<String> read = List.of(topic(number % topics), topic((number + distance) % topics));
        GroupKind kind = GroupKind.values()[number % GroupKind.values().length];
        return new SteadyGroup("steady-group-" + number, kind, read);
    }
}
