package io.sluice.broker.group.stored;

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
public record ConsumerProfile(
        Optional<String> instanceId,
        Optional<String> rackId,
        String clientId,
        String clientHost,
        int rebalanceTimeoutMs,
        Optional<String> assignor,
        List<String> topics,
        Optional<String> regex,
        Optional<Classic> classic) {
    /** Copies what it is given. */
    public ConsumerProfile {
        topics = topics.stream().sorted().distinct().toList();
    }

    boolean isClassic() {
        return classic.isPresent();
    }

    /** What it is sorted by where order matters: a static member keeps its place over restarts. */
    public String order(String memberId) {
        return instanceId.orElse(memberId);
    }

    /** Whether both read the same topics. */
    public boolean hasSameSubscription(ConsumerProfile other) {
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
        return sum + classic.map(face -> lengthBytes(face.protocols())).orElse(0L);
    }

    /** Bytes that offers take in an event, roughly. */
    public static long lengthBytes(List<Protocol> protocols) {
        long sum = 64;
        for (Protocol protocol : protocols) {
            sum += protocol.name().length() + protocol.metadata().length + 8L;
        }
        return sum;
    }

    /** What only a classic member has: the session it asked for and what it offered when it joined. */
    public record Classic(int sessionTimeoutMs, List<Protocol> protocols) {
        /** Copies what it is given. */
        public Classic {
            protocols = List.copyOf(protocols);
        }

        /** A consumer group computes assignments itself, so it takes the member's first choice. */
        public Protocol chosen() {
            return protocols.getFirst();
        }
    }
}
