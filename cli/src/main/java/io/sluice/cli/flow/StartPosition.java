package io.sluice.cli.flow;

import java.time.Instant;

/** Where reading begins. */
sealed interface StartPosition {

    /** At the first record that is there. */
    record Beginning() implements StartPosition {}

    /** After the last record that is there. */
    record End() implements StartPosition {}

    /** At an offset of one partition. */
    record Offset(long offset) implements StartPosition {}

    /** At the first record whose timestamp is not earlier. */
    record Time(Instant time) implements StartPosition {}

    /** So that this many records are left, over all partitions together. */
    record Last(int count) implements StartPosition {}

    /** Where the group stopped; at the beginning for a group that never read. */
    record Group(String name) implements StartPosition {}
}
