package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.Protocol;
import java.util.List;
import java.util.Optional;

/**
 * What a member of a consumer group said of itself.
 *
 * @param instanceId of a static member
 * @param rackId where it runs; kept for people
 * @param clientId for people
 * @param clientHost for people
 * @param rebalanceTimeoutMs how long it may take to give partitions up
 * @param assignor the assignor it prefers
 * @param topics names it subscribes to, sorted
 * @param regex pattern of names it subscribes to
 * @param classic present if it speaks the classic protocol
 */
record ConsumerProfile(
        Optional<String> instanceId,
        Optional<String> rackId,
        String clientId,
        String clientHost,
        int rebalanceTimeoutMs,
        Optional<String> assignor,
        List<String> topics,
        Optional<String> regex,
        Optional<Classic> classic) {
    ConsumerProfile {
        topics = topics.stream().sorted().distinct().toList();
    }

    boolean isClassic() {
        return classic.isPresent();
    }

    /** What it is sorted by where order matters: a static member keeps its place over restarts. */
    String order(String memberId) {
        return instanceId.orElse(memberId);
    }

    boolean hasSameSubscription(ConsumerProfile other) {
        return topics.equals(other.topics) && regex.equals(other.regex);
    }

    /** Bytes it takes in an event, roughly. */
    long lengthBytes() {
        long sum = 128L + clientId.length() + clientHost.length();
        for (Optional<String> text : List.of(regex, instanceId, rackId)) {
            sum += text.map(String::length).orElse(0);
        }
        for (String topic : topics) {
            sum += topic.length() + 4L;
        }
        return sum
                + classic.map(face -> LiveMember.lengthBytes(face.protocols())).orElse(0L);
    }

    /** What only a classic member has: the session it asked for and what it offered when it joined. */
    record Classic(int sessionTimeoutMs, List<Protocol> protocols) {
        Classic {
            protocols = List.copyOf(protocols);
        }

        /** A consumer group computes assignments itself, so it takes the member's first choice. */
        Protocol chosen() {
            return protocols.getFirst();
        }
    }
}
