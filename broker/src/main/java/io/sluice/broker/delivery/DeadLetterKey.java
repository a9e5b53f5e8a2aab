package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * By what a dead letter is known that lies in another shard than its record: the header {@value #HEADER}, {@code KIND/TOPIC
 * ID/PARTITION/GROUP/OFFSET}. There is one letter with it at most.
 */
final class DeadLetterKey {
    static final String HEADER = "sluice-dead-key";

    private final byte[] prefix;

    /** Of the records that the group gives up. */
    DeadLetterKey(DeliveryGroup group) {
        prefix = (group.kind().label() + "/" + group.topicId() + "/" + group.partition() + "/" + group.name() + "/")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The header's value. */
    byte[] of(long offset) {
        byte[] digits = Long.toString(offset).getBytes(StandardCharsets.US_ASCII);
        byte[] key = Arrays.copyOf(prefix, prefix.length + digits.length);
        System.arraycopy(digits, 0, key, prefix.length, digits.length);
        return key;
    }

    /** The offset that a header's value names, if it is of this group. */
    OptionalLong offsetOf(byte[] value) {
        boolean isOurs =
                value.length > prefix.length && Arrays.equals(value, 0, prefix.length, prefix, 0, prefix.length);
        if (!isOurs) {
            return OptionalLong.empty();
        }
        String digits = new String(value, prefix.length, value.length - prefix.length, StandardCharsets.US_ASCII);
        return digits.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }
}
