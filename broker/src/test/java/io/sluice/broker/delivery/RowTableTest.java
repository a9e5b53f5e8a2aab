package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowTableTest {
    private static final int OFFSETS = 6_000;

    /** What each offset belongs to, in the plainest form there is. */
    private final @Nullable Row[] naive = new Row[OFFSETS];

    private final RowTable rows = new RowTable();

    @Test
    void whateverIsPutAndRemovedTheTableShowsTheSameAsAPlainArray() {
        for (long seed = 1; seed <= 12; seed++) {
            Arrays.fill(naive, null);
            rows.clear();
            run(new SplittableRandom(seed), "seed " + seed);
        }
    }

    private void run(SplittableRandom random, String name) {
        for (int step = 0; step < 4_000; step++) {
            long first = random.nextInt(OFFSETS - 40);
            long last = first + random.nextInt(random.nextInt(8) == 0 ? 40 : 2);
            if (random.nextInt(3) == 0) {
                rows.remove(first, last);
                fill(first, last, null);
            } else {
                Row row = row(random, first, last);
                rows.put(row);
                fill(first, last, row);
            }
            if (random.nextInt(50) == 0) {
                rows.share();
            }
            if (step % 100 == 99) {
                compare(name + " step " + step);
                compareRuns(name + " step " + step, random);
            }
        }
    }

    private static Row row(SplittableRandom random, long first, long last) {
        byte state = (byte) (1 + random.nextInt(5));
        return new Row(
                first,
                (int) (last - first + 1),
                state,
                random.nextInt(4),
                random.nextInt(1_000),
                random.nextInt(9),
                random.nextInt(3),
                0);
    }

    private void fill(long first, long last, @Nullable Row row) {
        for (long offset = first; offset <= last; offset++) {
            naive[(int) offset] = row;
        }
    }

    private void compareRuns(String name, SplittableRandom random) {
        int from = random.nextInt(OFFSETS);
        int present = from;
        while (present < OFFSETS && naive[present] == null) {
            present++;
        }
        int absent = from;
        while (absent < OFFSETS && naive[absent] != null) {
            absent++;
        }
        assertThat(rows.nextPresent(from)).as(name).isEqualTo(present == OFFSETS ? Long.MAX_VALUE : present);
        assertThat(rows.nextAbsent(from)).as(name).isEqualTo(absent);
    }

    private void compare(String name) {
        long[] records = new long[RowState.COUNT];
        long earliest = Long.MAX_VALUE;
        long ready = -1;
        for (int offset = 0; offset < OFFSETS; offset++) {
            Row expected = naive[offset];
            Row found = rows.find(offset);
            if (expected == null) {
                assertThat(found).as("%s offset %d", name, offset).isNull();
                continue;
            }
            assertThat(found).as("%s offset %d", name, offset).isNotNull();
            assertThat(List.of(found.state(), found.member(), found.timeMs(), found.count(), found.idHigh()))
                    .as("%s offset %d", name, offset)
                    .isEqualTo(List.of(
                            expected.state(),
                            expected.member(),
                            expected.timeMs(),
                            expected.count(),
                            expected.idHigh()));
            records[expected.state()]++;
            ready = ready < 0 && expected.state() == RowState.AVAILABLE ? offset : ready;
            earliest = RowState.isTimed(expected.state()) ? Math.min(earliest, expected.timeMs()) : earliest;
        }
        for (byte state = 1; state < RowState.COUNT; state++) {
            assertThat(rows.records(state)).as("%s state %d", name, state).isEqualTo(records[state]);
        }
        long at = rows.nextReady(0);
        assertThat(at == RowTable.NOWHERE ? -1 : rows.offset(at)).as(name).isEqualTo(ready);
        assertThat(rows.dueMs()).as(name).isLessThanOrEqualTo(earliest);
        rows.recountDue(Long.MAX_VALUE - 1);
        assertThat(rows.dueMs()).as(name).isEqualTo(earliest);
    }

    @Test
    void rowsWhoseTimeHasComeAreShownAndDelayedOnesBecomeAvailable() {
        rows.put(new Row(0, 2, RowState.ACQUIRED, 1, 50, 1));
        rows.put(new Row(2, 1, RowState.DELAYED, 0, 60, 1));
        rows.put(new Row(3, 1, RowState.ACQUIRED, 1, 70, 1));

        List<Row> due = new ArrayList<>();
        rows.due(60, due::add);

        assertThat(due).extracting(Row::offset).containsExactly(0L);
        assertThat(rows.records(RowState.AVAILABLE)).isEqualTo(1);
        assertThat(rows.records(RowState.DELAYED)).isZero();
        rows.remove(0, 1);
        rows.recountDue(60);
        assertThat(rows.dueMs()).isEqualTo(70);
    }

    @Test
    void whatASnapshotHoldsDoesNotChangeAnyMore() {
        for (int offset = 0; offset < 2_000; offset++) {
            rows.put(new Row(offset, 1, RowState.ACQUIRED, 1, 9, 1));
        }
        List<RowChunk> shared = rows.share();

        rows.remove(0, 1_500);
        rows.put(new Row(1_700, 1, RowState.AVAILABLE, 0, 0, 3));

        assertThat(shared.stream().mapToInt(RowChunk::size).sum()).isEqualTo(2_000);
        assertThat(shared.stream()
                        .flatMap(chunk -> IntStream.range(0, chunk.size()).mapToObj(chunk::row))
                        .allMatch(row -> row.state() == RowState.ACQUIRED))
                .isTrue();
    }
}
