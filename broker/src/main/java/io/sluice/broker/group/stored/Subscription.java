package io.sluice.broker.group.stored;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What classic consumers and their leader say to each other, as far as the broker reads along: Kafka's
 * ConsumerProtocolSubscription and ConsumerProtocolAssignment. Strings have an int16 length, arrays an int32 count.
 *
 * <pre>
 * subscription = version int16, topic string[], user data bytes?, (from version 1) (topic string, partition int32[])[]
 * assignment   = version int16, (topic string, partition int32[])[], user data bytes?
 * </pre>
 *
 * Malformed bytes are the clients' own business: they are answered with empty.
 */
public final class Subscription {
    /** The protocol type whose metadata has this form. */
    public static final String PROTOCOL_TYPE = "consumer";

    private static final int OWNED_FROM = 1;
    private static final int HEAD_BYTES = Short.BYTES + Integer.BYTES;

    private Subscription() {}

    /** The topics of a subscription. */
    public static Optional<Set<String>> topics(byte[] metadata) {
        ByteBuffer in = ByteBuffer.wrap(metadata);
        return in.remaining() < HEAD_BYTES ? Optional.empty() : topics(in);
    }

    private static Optional<Set<String>> topics(ByteBuffer in) {
        in.getShort();
        int count = in.getInt();
        Set<String> topics = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            Optional<String> topic = string(in);
            if (topic.isEmpty()) {
                return Optional.empty();
            }
            topics.add(topic.get());
        }
        return Optional.of(topics);
    }

    /** The version of a subscription or an assignment; 0 if it has none. */
    public static int version(byte[] bytes) {
        return bytes.length < Short.BYTES ? 0 : ByteBuffer.wrap(bytes).getShort();
    }

    /** The partitions a member says it has; none if it does not say. */
    public static Map<String, List<Integer>> owned(byte[] metadata) {
        ByteBuffer in = ByteBuffer.wrap(metadata);
        if (version(metadata) < OWNED_FROM
                || in.remaining() < HEAD_BYTES
                || topics(in).isEmpty()) {
            return Map.of();
        }
        int userDataBytes = in.remaining() < Integer.BYTES ? -2 : in.getInt();
        if (userDataBytes < -1 || userDataBytes > in.remaining()) {
            return Map.of();
        }
        in.position(in.position() + Math.max(userDataBytes, 0));
        return partitions(in).orElse(Map.of());
    }

    /** The partitions of an assignment; none before there is one. */
    public static Optional<Map<String, List<Integer>>> assigned(byte[] assignment) {
        if (assignment.length == 0) {
            return Optional.of(Map.of());
        }
        ByteBuffer in = ByteBuffer.wrap(assignment);
        if (in.remaining() < Short.BYTES) {
            return Optional.empty();
        }
        in.getShort();
        return partitions(in);
    }

    /** An assignment without user data. */
    public static byte[] assignment(int version, Map<String, List<Integer>> partitions) {
        int lengthBytes = HEAD_BYTES + Integer.BYTES;
        for (Map.Entry<String, List<Integer>> topic : partitions.entrySet()) {
            lengthBytes += Short.BYTES + topic.getKey().getBytes(StandardCharsets.UTF_8).length;
            lengthBytes += Integer.BYTES * (1 + topic.getValue().size());
        }
        ByteBuffer out = ByteBuffer.allocate(lengthBytes).putShort((short) version);
        out.putInt(partitions.size());
        partitions.forEach((topic, ofTopic) -> {
            byte[] name = topic.getBytes(StandardCharsets.UTF_8);
            out.putShort((short) name.length).put(name).putInt(ofTopic.size());
            ofTopic.forEach(out::putInt);
        });
        return out.putInt(-1).array();
    }

    private static Optional<Map<String, List<Integer>>> partitions(ByteBuffer in) {
        if (in.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int topicCount = in.getInt();
        Map<String, List<Integer>> partitions = new TreeMap<>();
        for (int i = 0; i < topicCount; i++) {
            Optional<String> topic = string(in);
            int count = topic.isEmpty() || in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (count < 0 || (long) count * Integer.BYTES > in.remaining()) {
                return Optional.empty();
            }
            List<Integer> ofTopic = partitions.computeIfAbsent(topic.orElse(""), key -> new ArrayList<>());
            for (int j = 0; j < count; j++) {
                ofTopic.add(in.getInt());
            }
        }
        return Optional.of(partitions);
    }

    private static Optional<String> string(ByteBuffer in) {
        int lengthBytes = in.remaining() < Short.BYTES ? -1 : in.getShort();
        if (lengthBytes < 0 || lengthBytes > in.remaining()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[lengthBytes];
        in.get(bytes);
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }
}
