package io.sluice.replication.journal;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A replica whose journal was damaged or gone, at one moment: it takes what the leader sends, but neither votes nor leads
 * before it has everything again that it may have promised. Immutable.
 *
 * @param reason what was wrong with the journal
 * @param reachedIndex newest entry that is durable here
 * @param neededIndex the entry that it must reach; empty until the leader has told
 */
public record Quarantine(String reason, long reachedIndex, OptionalLong neededIndex) {
    /** So many entries it lacks; empty as long as that is not known. */
    public Optional<Long> missingEntries() {
        return neededIndex.isEmpty()
                ? Optional.empty()
                : Optional.of(Math.max(0, neededIndex.getAsLong() - reachedIndex));
    }

    /** How far the repair is, in words. */
    public String progress() {
        return neededIndex.isEmpty()
                ? "waits to hear from the shard's leader what it lacks"
                : "has " + reachedIndex + " of " + neededIndex.getAsLong() + " entries";
    }
}
