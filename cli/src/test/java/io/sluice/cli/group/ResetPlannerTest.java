package io.sluice.cli.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.TopicOffsets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResetPlannerTest {

    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    /** The first partition holds 10 to 99 and the group is at 40; in the second, 0 to 4, it never was. */
    private static final ResetPlanner PLANNER = new ResetPlanner(
            Map.of(FIRST, 40L),
            new TopicOffsets(Map.of(FIRST, 10L, SECOND, 0L), Map.of(FIRST, 100L, SECOND, 5L)),
            Map.of(FIRST, 70L, SECOND, 5L));

    @Test
    void theEndsOfPartitionsAreTheirOwn() {
        assertThat(newPositions(new ResetTarget.Earliest())).containsExactly(10L, 0L);
        assertThat(newPositions(new ResetTarget.Latest())).containsExactly(100L, 5L);
        assertThat(newPositions(new ResetTarget.Time(Instant.EPOCH))).containsExactly(70L, 5L);
    }

    @Test
    void aShiftCountsFromThePositionAndLeavesOutWhereThereIsNone() {
        assertThat(newPositions(new ResetTarget.Shift(1))).containsExactly(41L);
        assertThat(newPositions(new ResetTarget.Shift(-5))).containsExactly(35L);
    }

    @Test
    void whatAPartitionDoesNotHoldBecomesItsNearestEndWithANote() {
        PositionMove before =
                PLANNER.moves(List.of(FIRST), new ResetTarget.Offset(3)).getFirst();
        assertThat(before.newPosition()).isEqualTo(10);
        assertThat(before.note()).isEqualTo("3 is before the start");
        PositionMove after = PLANNER.moves(List.of(FIRST), new ResetTarget.Shift(Long.MAX_VALUE))
                .getFirst();
        assertThat(after.newPosition()).isEqualTo(100);
        assertThat(after.lag()).isZero();
        assertThat(after.note()).endsWith("is after the end");
    }

    @Test
    void positionsOfAFileAreTakenWhereTheyAreNamed() {
        assertThat(newPositions(new ResetTarget.Positions(Map.of(SECOND, 2L)))).containsExactly(2L);
    }

    @Property
    void aNewPositionIsAlwaysOneThatThePartitionHolds(
            @ForAll long target, @ForAll @LongRange(min = -1_000, max = 1_000) long shift) {
        for (ResetTarget wanted : List.of(new ResetTarget.Offset(target), new ResetTarget.Shift(shift))) {
            assertThat(PLANNER.moves(List.of(FIRST, SECOND), wanted)).allSatisfy(move -> {
                assertThat(move.newPosition() + move.lag()).isEqualTo(move.endOffset());
                assertThat(move.lag()).isBetween(0L, 90L);
            });
        }
    }

    @Test
    void aFileMayHaveQuotesCommentsAndEmptyLines(@TempDir Path folder) throws IOException {
        Path file =
                Files.writeString(folder.resolve("positions"), "# kept on Friday\n\n\"orders\",0,42\norders , 1 , 7\n");
        assertThat(PositionsFile.read(file)).isEqualTo(Map.of(FIRST, 42L, SECOND, 7L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"orders,0", "orders;0;1", "orders,0,-1", "orders,x,1", "a b,0,1", "orders,0,1\norders,0,2", "#"})
    void anotherFileIsRefusedWithTheFormToWrite(String content, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("positions"), content);
        assertThatThrownBy(() -> PositionsFile.read(file))
                .isInstanceOf(CommandException.class)
                .hasMessageMatching(".*(TOPIC,PARTITION,OFFSET|a second time).*");
    }

    private static List<Long> newPositions(ResetTarget target) {
        return PLANNER.moves(List.of(SECOND, FIRST), target).stream()
                .map(PositionMove::newPosition)
                .toList();
    }
}
