package io.sluice.broker.group;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The topics in the metadata of a consumer, the common head of all versions of Kafka's ConsumerProtocolSubscription:
 * version int16, then an int32 count of strings with int16 lengths.
 */
final class Subscription {
    /** The protocol type whose metadata has this form. */
    static final String PROTOCOL_TYPE = "consumer";

    private Subscription() {}

    /** The topics; empty if the bytes do not have the form, which is the client's own business. */
    static Optional<Set<String>> topics(byte[] metadata) {
        ByteBuffer in = ByteBuffer.wrap(metadata);
        if (in.remaining() < Short.BYTES + Integer.BYTES) {
            return Optional.empty();
        }
        in.getShort();
        int count = in.getInt();
        Set<String> topics = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            int lengthBytes = in.remaining() < Short.BYTES ? -1 : in.getShort();
            if (lengthBytes < 0 || lengthBytes > in.remaining()) {
                return Optional.empty();
            }
            topics.add(new String(metadata, in.position(), lengthBytes, StandardCharsets.UTF_8));
            in.position(in.position() + lengthBytes);
        }
        return Optional.of(topics);
    }
}
