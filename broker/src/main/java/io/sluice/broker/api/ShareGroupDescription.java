package io.sluice.broker.api;

import io.sluice.broker.api.ConsumerHeartbeat.TopicPartitions;
import java.util.List;

/** A share group as people see it (KIP-932). */
public record ShareGroupDescription(
        String groupId, State state, int groupEpoch, int assignmentEpoch, String assignor, List<Member> members) {
    /** State of such a group, Kafka's names. */
    public enum State {
        /** Nobody is in it. */
        EMPTY("Empty"),
        /** It has members. */
        STABLE("Stable");

        private final String kafkaName;

        State(String kafkaName) {
            this.kafkaName = kafkaName;
        }

        /** As Kafka's protocol writes it. */
        public String kafkaName() {
            return kafkaName;
        }
    }

    /**
     * A member.
     *
     * @param memberId its id
     * @param memberEpoch the epoch of the assignment it has
     * @param client who it is
     * @param topics names it subscribes to
     * @param assigned the partitions it takes records from; others may do so too
     */
    public record Member(
            String memberId,
            int memberEpoch,
            ConsumerHeartbeat.Client client,
            List<String> topics,
            List<TopicPartitions> assigned) {}
}
