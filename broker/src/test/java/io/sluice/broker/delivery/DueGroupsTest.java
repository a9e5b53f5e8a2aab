package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DueGroupsTest {
    @Test
    void eachGroupIsTakenOnceAtTheEarliestOfItsTimes() {
        DueGroups due = new DueGroups();
        due.note(1, 50);
        due.note(2, 70);
        due.note(1, 30);
        due.note(1, 40);
        due.note(3, Long.MAX_VALUE);

        assertThat(due.firstMs()).isEqualTo(30);
        assertThat(due.take(60)).containsExactly(1);
        assertThat(due.take(60)).isEmpty();
        assertThat(due.take(1_000)).containsExactly(2);
        assertThat(due.firstMs()).isEqualTo(Long.MAX_VALUE);
    }

    /** A record that is delayed for a week, in a group whose members' requests wait for half a second each. */
    @Test
    void aLateTimeIsKeptOnceHoweverOftenOthersOvertakeIt() {
        DueGroups due = new DueGroups();
        long lateMs = 7 * 24 * 3_600_000L;
        for (int nowMs = 0; nowMs < 100_000; nowMs += 500) {
            due.note(1, lateMs);
            due.note(1, nowMs + 500);
            assertThat(due.take(nowMs + 500)).containsExactly(1);
            due.note(1, lateMs);
        }

        assertThat(due.size()).isEqualTo(1);
        assertThat(due.take(lateMs)).containsExactly(1);
    }

    @Test
    void noGroupIsForgottenWhateverIsNotedAndTaken() {
        SplittableRandom random = new SplittableRandom(3);
        DueGroups due = new DueGroups();
        Map<Integer, Long> expected = new HashMap<>();
        for (int nowMs = 0; nowMs < 3_000; nowMs++) {
            int group = random.nextInt(20);
            long timeMs = nowMs + random.nextInt(100);
            due.note(group, timeMs);
            expected.merge(group, timeMs, Math::min);
            assertThat(due.firstMs())
                    .isLessThanOrEqualTo(expected.values().stream()
                            .mapToLong(Long::longValue)
                            .min()
                            .orElseThrow());
            long passedMs = nowMs;
            List<Integer> wanted = expected.entrySet().stream()
                    .filter(each -> each.getValue() <= passedMs)
                    .map(Map.Entry::getKey)
                    .toList();
            assertThat(due.take(passedMs)).containsExactlyInAnyOrderElementsOf(wanted);
            wanted.forEach(expected::remove);
        }
    }
}
