package io.sluice.broker.group;

import io.sluice.broker.group.GroupTimers.Timer;
import io.sluice.broker.group.stored.StoredGroup;
import java.util.Optional;
import java.util.Set;

/** A running group as far as the age of its offsets is concerned. */
sealed interface OffsetHolder permits LiveGroup, LiveConsumerGroup {
    String id();

    Timer expiryTimer();

    /** Whether it has no members. */
    boolean isEmpty(StoredGroup stored);

    /** Whether nothing but the object is left of it once its offsets are gone. */
    boolean isVoid(StoredGroup stored);

    /** Topics whose offsets stay whatever their age; empty if all do. */
    Optional<Set<String>> keptTopics(StoredGroup stored);
}
