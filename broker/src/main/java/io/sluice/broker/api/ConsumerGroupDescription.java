package io.sluice.broker.api;

import io.sluice.broker.api.ConsumerHeartbeat.TopicPartitions;
import java.util.List;
import java.util.Optional;

/** A group of the consumer protocol as people see it (KIP-848). */
public record ConsumerGroupDescription(
        String groupId, State state, int groupEpoch, int assignmentEpoch, String assignor, List<Member> members) {
    /** State of such a group, Kafka's names. */
    public enum State {
        /** Nobody is in it. */
        EMPTY("Empty"),
        /** It changed, and who shall read what is not computed yet. */
        ASSIGNING("Assigning"),
        /** Members are on their way to what they shall read. */
        RECONCILING("Reconciling"),
        /** Everybody reads what he shall. */
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
     * @param topicRegex pattern of names it subscribes to
     * @param assigned what it reads
     * @param target what it shall read
     * @param isClassic whether it speaks the classic protocol
     */
    public record Member(
            String memberId,
            int memberEpoch,
            ConsumerHeartbeat.Client client,
            List<String> topics,
            Optional<String> topicRegex,
            List<TopicPartitions> assigned,
            List<TopicPartitions> target,
            boolean isClassic) {}
}
