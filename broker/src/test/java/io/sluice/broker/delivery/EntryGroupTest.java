package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.HandedEntries;
import io.sluice.broker.api.PendingEntry;
import io.sluice.replication.runtime.UndoLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A group against the plainest form there is: a sorted map of what is pending. */
final class EntryGroupTest {
    private static final int ENTRIES = 3_000;

    private final TreeMap<EntryId, PendingEntry> naive = new TreeMap<>();
    private EntryGroup group = new EntryGroup("g", EntryId.ZERO, 0, 0);
    private long wallMs = 1_000;

    @Test
    void whateverIsHandedOutClaimedAndAcknowledgedTheGroupShowsTheSameAsAPlainMap() {
        for (long seed = 1; seed <= 8; seed++) {
            naive.clear();
            group = new EntryGroup("g", EntryId.ZERO, 0, 0);
            run(new SplittableRandom(seed), "seed " + seed);
        }
    }

    private void run(SplittableRandom random, String name) {
        for (int step = 0; step < 600; step++) {
            wallMs += random.nextInt(20);
            if (random.nextInt(4) == 0) {
                takeBackSome(random, name);
            }
            Map<EntryId, PendingEntry> next = new TreeMap<>(naive);
            group.apply(change(random, next).take(), UndoLog.NONE);
            naive.clear();
            naive.putAll(next);
            if (step % 20 == 19) {
                compare(random, name + " step " + step);
            }
            if (random.nextInt(100) == 0) {
                group = EntryGroupSnapshot.read(group.capture().write());
            }
        }
    }

    private void takeBackSome(SplittableRandom random, String name) {
        byte[] before = group.capture().write();
        Deque<Runnable> inverses = new ArrayDeque<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            group.apply(change(random, new TreeMap<>()).take(), inverses::push);
        }
        inverses.forEach(Runnable::run);
        assertThat(group.capture().write()).as(name).isEqualTo(before);
    }

    private GroupChanges change(SplittableRandom random, Map<EntryId, PendingEntry> next) {
        String consumer = "c" + random.nextInt(4);
        return switch (random.nextInt(8)) {
            case 0 -> removed(consumer, next);
            case 1, 2, 3 -> handedOut(random, consumer, next);
            case 4 -> held(random, consumer, next);
            case 5 -> givenBack(random, next);
            default -> settled(random, next);
        };
    }

    private GroupChanges removed(String consumer, Map<EntryId, PendingEntry> next) {
        GroupChanges changes = new GroupChanges(group, wallMs);
        changes.removeConsumer(consumer);
        next.values().removeIf(entry -> entry.consumer().equals(consumer));
        return changes;
    }

    private GroupChanges handedOut(SplittableRandom random, String consumer, Map<EntryId, PendingEntry> next) {
        GroupChanges changes = new GroupChanges(group, wallMs).by(consumer);
        HandedEntries entries = new HandedEntries();
        long first = random.nextInt(ENTRIES);
        for (long offset = first; offset < first + 40; offset += 1 + random.nextInt(3)) {
            EntryId id = id(offset);
            entries.add(offset, id.ms(), id.seq(), 0, 0);
            next.put(id, new PendingEntry(offset, id, consumer, wallMs, 1));
        }
        changes.handOut(entries, 0);
        changes.active();
        return changes;
    }

    private GroupChanges held(SplittableRandom random, String consumer, Map<EntryId, PendingEntry> next) {
        GroupChanges changes = new GroupChanges(group, wallMs).by(consumer);
        for (int i = 0; i < 5; i++) {
            long offset = random.nextInt(ENTRIES);
            long timeMs = Math.max(0, wallMs - random.nextInt(5_000));
            changes.hold(offset, id(offset), timeMs, i);
            next.put(id(offset), new PendingEntry(offset, id(offset), consumer, timeMs, i));
        }
        return changes;
    }

    private GroupChanges givenBack(SplittableRandom random, Map<EntryId, PendingEntry> next) {
        GroupChanges changes = new GroupChanges(group, wallMs);
        long offset = random.nextInt(ENTRIES);
        changes.giveBack(offset, id(offset), Long.MAX_VALUE);
        next.put(id(offset), new PendingEntry(offset, id(offset), "", 0, Long.MAX_VALUE));
        return changes;
    }

    private GroupChanges settled(SplittableRandom random, Map<EntryId, PendingEntry> next) {
        GroupChanges changes = new GroupChanges(group, wallMs);
        long first = random.nextInt(ENTRIES);
        long[] offsets = random.longs(50, first, first + 100).toArray();
        changes.settle(offsets);
        for (long offset : offsets) {
            next.remove(id(offset));
        }
        return changes;
    }

    /** Some ids share their first number; some are beyond what a signed number holds. */
    private static EntryId id(long offset) {
        return offset < ENTRIES - 10
                ? new EntryId(5 + offset / 3, offset % 3)
                : new EntryId(Long.MIN_VALUE + offset, offset);
    }

    private void compare(SplittableRandom random, String name) {
        List<PendingEntry> all = new ArrayList<>();
        group.visitPending(EntryId.ZERO, Optional.empty(), all::add);
        assertThat(all).as(name).containsExactlyElementsOf(naive.values());
        String consumer = "c" + random.nextInt(4);
        List<PendingEntry> own = new ArrayList<>();
        EntryId from = id(random.nextInt(ENTRIES));
        group.visitPending(from, Optional.of(consumer), own::add);
        assertThat(own)
                .as(name)
                .containsExactlyElementsOf(naive.tailMap(from).values().stream()
                        .filter(entry -> entry.consumer().equals(consumer))
                        .toList());
        assertThat(group.pendingCount(consumer))
                .as(name)
                .isEqualTo(naive.values().stream()
                        .filter(entry -> entry.consumer().equals(consumer))
                        .count());
        compareOldest(random, name);
        EntryId some = id(random.nextInt(ENTRIES));
        assertThat(group.find(some)).as(name).isEqualTo(Optional.ofNullable(naive.get(some)));
    }

    private void compareOldest(SplittableRandom random, String name) {
        long latestMs = wallMs - random.nextInt(3_000);
        int countMax = 1 + random.nextInt(100);
        assertThat(group.oldest(latestMs, countMax))
                .as(name)
                .containsExactlyElementsOf(naive.values().stream()
                        .filter(entry -> entry.timeMs() <= latestMs)
                        .sorted(Comparator.comparingLong(PendingEntry::timeMs).thenComparingLong(PendingEntry::offset))
                        .limit(countMax)
                        .toList());
        assertThat(group.oldestMs())
                .as(name)
                .isEqualTo(naive.values().stream()
                        .mapToLong(PendingEntry::timeMs)
                        .min()
                        .orElse(Long.MAX_VALUE));
    }
}
