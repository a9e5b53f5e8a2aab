package io.sluice.broker.group.stored;

import java.util.List;
import java.util.Optional;

/**
 * What a member of a share group said of itself.
 *
 * @param rackId where it runs; kept for people
 * @param clientId for people
 * @param clientHost for people
 * @param topics names it subscribes to, sorted
 */
public record ShareProfile(Optional<String> rackId, String clientId, String clientHost, List<String> topics) {
    /** Copies what it is given. */
    public ShareProfile {
        topics = topics.stream().sorted().distinct().toList();
    }

    /** Bytes it takes in an event, roughly. */
    long lengthBytes() {
        long sum = 64L
                + clientId.length()
                + clientHost.length()
                + rackId.map(String::length).orElse(0);
        for (String topic : topics) {
            sum += topic.length() + 4L;
        }
        return sum;
    }
}
