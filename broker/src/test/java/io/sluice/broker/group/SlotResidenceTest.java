package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.group.stored.SlotResidence;
import io.sluice.broker.group.stored.SlotResidence.Stage;
import io.sluice.broker.group.stored.SlotResidence.Step;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SlotResidenceTest {
    @Test
    void aSlotLeavesAndComesBack() {
        SlotResidence sealed = go(SlotResidence.BORN_OPEN, Step.SEAL, 7);
        SlotResidence gone = go(sealed, Step.LET_GO, 7);
        SlotResidence arriving = go(gone, Step.ARRIVE, 9);
        SlotResidence arrived = go(arriving, Step.COMPLETE, 9);
        assertThat(sealed).isEqualTo(new SlotResidence(Stage.SEALED, 7));
        assertThat(gone).isEqualTo(new SlotResidence(Stage.CLOSED, 7));
        assertThat(go(arrived, Step.OPEN, 9)).isEqualTo(new SlotResidence(Stage.OPEN, 9));
    }

    @Test
    void aStepThatComesAgainChangesNothing() {
        SlotResidence sealed = go(SlotResidence.BORN_OPEN, Step.SEAL, 7);
        assertThat(go(sealed, Step.SEAL, 7)).isEqualTo(sealed);
        SlotResidence arriving = go(SlotResidence.BORN_CLOSED, Step.ARRIVE, 7);
        assertThat(go(arriving, Step.ARRIVE, 7)).isEqualTo(arriving);
    }

    @Test
    void whatIsToldTooLateIsNotDone() {
        SlotResidence back = go(go(SlotResidence.BORN_OPEN, Step.SEAL, 7), Step.UNSEAL, 7);
        assertThat(back.after(Step.SEAL, 7)).isEmpty();
        assertThat(back.after(Step.SEAL, 6)).isEmpty();
        assertThat(go(back, Step.SEAL, 8)).isEqualTo(new SlotResidence(Stage.SEALED, 8));

        SlotResidence letGo = go(go(SlotResidence.BORN_CLOSED, Step.ARRIVE, 7), Step.LET_GO, 7);
        assertThat(letGo.after(Step.ARRIVE, 7)).isEmpty();
        assertThat(letGo.after(Step.COMPLETE, 7)).isEmpty();
    }

    @Test
    void whatIsServedIsNotLetGoNorFilled() {
        assertThat(SlotResidence.BORN_OPEN.after(Step.LET_GO, 0)).isEmpty();
        assertThat(SlotResidence.BORN_OPEN.after(Step.ARRIVE, 7)).isEmpty();
        SlotResidence opened = go(go(go(SlotResidence.BORN_CLOSED, Step.ARRIVE, 7), Step.COMPLETE, 7), Step.OPEN, 7);
        assertThat(opened.after(Step.LET_GO, 7)).isEmpty();
        assertThat(opened.after(Step.ARRIVE, 7)).isEmpty();
    }

    @Test
    void onlyWhatIsCompleteOpens() {
        SlotResidence arriving = go(SlotResidence.BORN_CLOSED, Step.ARRIVE, 7);
        assertThat(arriving.after(Step.OPEN, 7)).isEmpty();
        SlotResidence arrived = go(arriving, Step.COMPLETE, 7);
        assertThat(arrived.after(Step.OPEN, 8)).isEmpty();
        assertThat(arrived.after(Step.ARRIVE, 7)).isEmpty();
    }

    private static SlotResidence go(SlotResidence from, Step step, long move) {
        Optional<SlotResidence> after = from.after(step, move);
        assertThat(after).as("%s of %d from %s", step, move, from).isPresent();
        return after.get();
    }
}
