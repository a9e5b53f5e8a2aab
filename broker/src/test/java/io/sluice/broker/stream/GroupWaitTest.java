package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupCommand.ReadGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GroupWaitTest {
    private final List<GroupWait> ended = new ArrayList<>();
    private final GroupWait wait =
            new GroupWait(new ReadGroup(List.of(), "g", "c", 1, false, -1), answer -> {}, ended::add);

    @Test
    void whoseTimeIsOverBeforeAnybodyLookedStillGetsWhatIsThere() {
        assertThat(wait.expire()).isFalse();

        assertThat(wait.isEnded()).isFalse();
        assertThat(wait.take()).isTrue();
        assertThat(ended).isEmpty();
    }

    @Test
    void whoseTimeIsOverBeforeAnybodyLookedIsNotKeptWaiting() {
        wait.expire();

        assertThat(wait.park()).isFalse();
        assertThat(wait.isWaiting()).isFalse();
    }

    @Test
    void whoseTimeIsOverWhileWaitingGetsNothing() {
        assertThat(wait.park()).isTrue();

        assertThat(wait.expire()).isTrue();
        assertThat(wait.take()).isFalse();
        assertThat(ended).containsExactly(wait);
    }

    @Test
    void whoLeavesGetsNothingInWhateverState() {
        wait.expire();

        assertThat(wait.end()).isTrue();
        assertThat(wait.end()).isFalse();
        assertThat(wait.park()).isFalse();
        assertThat(wait.take()).isFalse();
        assertThat(ended).containsExactly(wait);
    }

    @Test
    void whoHasBeenTakenIsAnswered() {
        wait.park();

        assertThat(wait.take()).isTrue();
        assertThat(wait.expire()).isFalse();
        assertThat(wait.end()).isFalse();
        assertThat(ended).isEmpty();
    }
}
