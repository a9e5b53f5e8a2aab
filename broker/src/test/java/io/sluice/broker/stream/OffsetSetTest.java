package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class OffsetSetTest {
    @Property(tries = 60)
    void holdsWhatATreeHolds(@ForAll long seed) {
        Random random = new Random(seed);
        TreeSet<Long> expected = new TreeSet<>();
        OffsetSet set = OffsetSet.EMPTY;
        for (int step = 0; step < 60; step++) {
            if (random.nextInt(4) == 0) {
                List<OffsetSet.Run> runs = runs(random);
                set = set.with(runs);
                runs.forEach(run -> LongStream.range(run.from(), run.to()).forEach(expected::add));
            } else if (random.nextInt(8) == 0) {
                long from = random.nextLong(70_000);
                set = set.from(from);
                expected.headSet(from).clear();
            } else {
                long[] added = offsets(random);
                set = set.with(added);
                for (long each : added) {
                    expected.add(each);
                }
            }
            check(set, expected, random);
        }
        ByteWriter written = new ByteWriter();
        OffsetRuns.write(written, set);
        OffsetSet read = OffsetRuns.read(new ByteReader(written.toBuffer()), 200_000);
        assertThat(all(set)).isEqualTo(List.copyOf(expected));
        assertThat(all(read)).isEqualTo(List.copyOf(expected));
        assertThat(read.count()).isEqualTo(expected.size());
    }

    private static List<Long> all(OffsetSet set) {
        List<Long> all = new ArrayList<>();
        for (long at = set.nextPresent(0); at >= 0; at = set.nextPresent(at + 1)) {
            all.add(at);
        }
        return all;
    }

    /** Scattered ones, and runs, so that words and chunks fill up. */
    private static long[] offsets(Random random) {
        TreeSet<Long> offsets = new TreeSet<>();
        long at = random.nextLong(70_000);
        int count = random.nextInt(200) + 1;
        for (int i = 0; i < count; i++) {
            offsets.add(at);
            at += random.nextInt(20) == 0 ? random.nextInt(500) : 1;
        }
        return offsets.stream().mapToLong(Long::longValue).toArray();
    }

    /** Short ones, and some longer than a chunk. */
    private static List<OffsetSet.Run> runs(Random random) {
        List<OffsetSet.Run> runs = new ArrayList<>();
        long at = random.nextLong(60_000);
        for (int i = random.nextInt(6); i >= 0; i--) {
            long to = at + 1 + (random.nextInt(60) == 0 ? random.nextInt(40_000) : random.nextInt(300));
            runs.add(new OffsetSet.Run(at, Math.min(to, 72_000)));
            at = Math.min(to, 72_000) + 1 + random.nextInt(200);
            if (at >= 72_000) {
                break;
            }
        }
        return runs;
    }

    private static void check(OffsetSet set, TreeSet<Long> expected, Random random) {
        assertThat(set.count()).isEqualTo(expected.size());
        long one = random.nextLong(72_000);
        long other = random.nextLong(72_000);
        assertThat(set.contains(one)).isEqualTo(expected.contains(one));
        long from = Math.min(one, other);
        long to = Math.max(one, other);
        assertThat(set.countBetween(from, to))
                .isEqualTo(expected.subSet(from, to).size());
        long absent = one;
        while (expected.contains(absent)) {
            absent++;
        }
        assertThat(set.nextAbsent(one)).isEqualTo(absent);
        Long present = expected.ceiling(one);
        assertThat(set.nextPresent(one)).isEqualTo(present == null ? -1 : present);
    }
}
