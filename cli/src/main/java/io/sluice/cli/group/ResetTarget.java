package io.sluice.cli.group;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Where a group is to go on. */
sealed interface ResetTarget {

    /** At the first record that is there. */
    record Earliest() implements ResetTarget {}

    /** After the last record that is there. */
    record Latest() implements ResetTarget {}

    /** At one offset, the same in each partition. */
    record Offset(long offset) implements ResetTarget {}

    /** At the first record whose timestamp is not earlier. */
    record Time(Instant time) implements ResetTarget {}

    /** So many records after its position, before it for a negative number. */
    record Shift(long records) implements ResetTarget {}

    /** At a position for each partition. */
    record Positions(Map<TopicPartition, Long> offsets) implements ResetTarget {}
}
