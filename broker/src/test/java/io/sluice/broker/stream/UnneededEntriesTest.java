package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.HandedEntries;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.delivery.EntryGroup;
import io.sluice.broker.delivery.GroupChanges;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.UndoLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class UnneededEntriesTest {
    private static final int ENTRIES = 3_000;

    @Property(tries = 60)
    void areThoseThatOneFindsByLookingAtEachEntry(@ForAll long seed) {
        Random random = new Random(seed);
        StreamState state = stream(ENTRIES).trimmed(random.nextInt(ENTRIES));
        state = state.without(
                some(random, (int) state.firstOffset()).stream()
                        .mapToLong(Long::longValue)
                        .toArray(),
                EntryId.ZERO);
        List<EntryGroup> groups = IntStream.range(0, random.nextInt(3))
                .mapToObj(number -> group(random.nextInt(ENTRIES + 1), some(random, 0)))
                .toList();
        long before = random.nextInt(ENTRIES + 1);
        long countMax = random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(ENTRIES);
        TreeSet<Long> expected = oneByOne(state, groups, before, countMax);

        UnneededEntries unneeded = UnneededEntries.of(state, groups, before, countMax);
        assertThat(unneeded.count()).isEqualTo(expected.size());
        if (unneeded.count() > 0) {
            StreamState after = state.without(UnneededEntries.runs(state.firstOffset(), unneeded.endOffset(), groups));
            assertThat(after.length()).isEqualTo(state.length() - expected.size());
            for (long offset = 0; offset < ENTRIES; offset++) {
                assertThat(after.holds(offset))
                        .as("offset %d", offset)
                        .isEqualTo(state.holds(offset) && !expected.contains(offset));
            }
            assertThat(after.length() == 0 || after.holds(after.firstOffset())).isTrue();
        }
    }

    /** However many there are: what is journaled and kept of it is a few numbers. */
    @Test
    void aHundredMillionOfThemAreOneRunBeforeWhatIsPendingAndOneBehind() {
        long count = 100_000_000;
        EntryGroup group = group(count, new TreeSet<>(List.of(5L, 6L)));
        StreamState state = stream(count);

        UnneededEntries unneeded = UnneededEntries.of(state, List.of(group), count, Long.MAX_VALUE);
        assertThat(unneeded).isEqualTo(new UnneededEntries(count, count - 2));
        assertThat(UnneededEntries.runs(0, count, List.of(group)))
                .containsExactly(new OffsetSet.Run(0, 5), new OffsetSet.Run(7, count));
        StreamState after = state.without(UnneededEntries.runs(0, count, List.of(group)));
        assertThat(after.firstOffset()).isEqualTo(5);
        assertThat(after.length()).isEqualTo(2);
    }

    private static StreamState stream(long entries) {
        return StreamState.empty(new StreamKey(0, new byte[] {'s'}), new TopicId(1, 2))
                .added(entries, new EntryId(entries, 0));
    }

    /** Scattered ones and runs, from there on. */
    private static TreeSet<Long> some(Random random, int from) {
        TreeSet<Long> offsets = new TreeSet<>();
        int gap = 1 + random.nextInt(100);
        long at = from + random.nextInt(gap);
        while (at < ENTRIES) {
            offsets.add(at);
            at += random.nextInt(8) == 0 ? 1 + random.nextInt(gap) : 1;
        }
        return offsets;
    }

    /** That has read what lies before the offset, and has of it these pending. */
    private static EntryGroup group(long nextOffset, TreeSet<Long> pending) {
        EntryGroup group = new EntryGroup("g", new EntryId(nextOffset, 0), nextOffset, nextOffset);
        HandedEntries entries = new HandedEntries();
        pending.headSet(nextOffset).forEach(offset -> entries.add(offset, offset + 1, 0, 0, 0));
        GroupChanges changes = new GroupChanges(group, 1_000).by("c");
        changes.handOut(entries, 0);
        group.apply(changes.take(), UndoLog.NONE);
        return group;
    }

    private static TreeSet<Long> oneByOne(StreamState state, List<EntryGroup> groups, long before, long countMax) {
        TreeSet<Long> found = new TreeSet<>();
        for (long offset = state.firstOffset(); offset < before && found.size() < countMax; offset++) {
            long at = offset;
            List<EntryGroup> needing = new ArrayList<>(groups);
            needing.removeIf(group -> group.nextOffset() > at && !group.isPending(at));
            if (state.holds(offset) && needing.isEmpty()) {
                found.add(offset);
            }
        }
        return found;
    }
}
