package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryOptions.Backoff;
import io.sluice.broker.api.DeliveryOptions.DeadLetters;
import io.sluice.broker.api.DeliveryOptions.Ordering;
import io.sluice.broker.api.DeliveryService.Acquire;
import io.sluice.broker.api.DeliveryService.Acquired;
import io.sluice.broker.api.DeliveryService.Limit;
import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.broker.delivery.DeadLetterJob.Prepared;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DeadLetterDeskTest {
    private static final long RETRY_MS = 1_000;

    private final SimulatedSlot simulation = new SimulatedSlot(new DeliveryOptions(
            30_000, 5, Backoff.NONE, Ordering.NONE, new DeliveryStart.Earliest(), DeadLetters.ON, 200_000));

    private void handOut(int records) {
        simulation.log().append(records);
        Acquire request = new Acquire(SimulatedSlot.GROUP, "a", records, 1 << 30, Limit.WHOLE_BATCHES, 0, () -> false);
        var runs = simulation
                .<Result<Acquired>>call((turn, answer) -> turn.acquire(request, Hints.NONE, answer), Result::failed)
                .join()
                .get()
                .runs();
        assertThat(runs).isNotEmpty();
    }

    private void reject(long first, long last) {
        Settlement rejection = new Settlement(first, last, Verdict.REJECT);
        ErrorCode error = simulation
                .<ErrorCode>call(
                        (turn, answer) -> GroupCalls.settle(turn, SimulatedSlot.GROUP, "a", List.of(rejection), answer),
                        Function.identity())
                .join();
        assertThat(error).isEqualTo(ErrorCode.NONE);
    }

    /** The only one that is being prepared. */
    private SimulatedLog.Preparation preparation() {
        assertThat(simulation.log().preparations()).hasSize(1);
        return simulation.log().preparations().removeFirst();
    }

    /** Letters lie elsewhere already, or are written there with this outcome. */
    private void write(SimulatedLog.Preparation preparation, ErrorCode outcome) {
        preparation
                .answer()
                .accept(Prepared.elsewhere(
                        answer -> answer.accept(outcome), preparation.job().records()));
        simulation.commit();
    }

    @Test
    void onlyWhatTheLastLeaderLeftIsLookedFor() {
        handOut(20);
        reject(0, 3);
        preparation();
        simulation.failOver(true);
        simulation.pass(RETRY_MS);

        SimulatedLog.Preparation leftOver = preparation();
        assertThat(leftOver.job().mayBeWritten()).isTrue();
        handOut(20);
        reject(20, 25);
        write(leftOver, ErrorCode.NONE);

        SimulatedLog.Preparation later = preparation();
        assertThat(later.job().firstOffset()).isEqualTo(20);
        assertThat(later.job().mayBeWritten()).isFalse();
    }

    @Test
    void onlyLettersOfALostAnswerAreLookedFor() {
        handOut(20);
        reject(3, 5);
        write(preparation(), ErrorCode.REQUEST_TIMED_OUT);
        reject(10, 12);
        simulation.pass(RETRY_MS);

        SimulatedLog.Preparation again = preparation();
        assertThat(again.job().mayBeWritten()).isTrue();
        again.answer().accept(Prepared.written(again.job().records().subList(0, 1)));
        simulation.commit();

        SimulatedLog.Preparation rest = preparation();
        assertThat(rest.job().firstOffset()).isEqualTo(10);
        assertThat(rest.job().mayBeWritten()).isFalse();
    }

    @Test
    void whatWasLeftOverIsLookedForAlsoIfThePartitionIsKnownLater() {
        handOut(20);
        reject(0, 3);
        preparation();
        simulation.partitionIsKnown(false);
        simulation.failOver(true);
        simulation.pass(1);
        assertThat(simulation.log().preparations()).isEmpty();

        simulation.partitionIsKnown(true);
        handOut(20);
        reject(20, 20);
        assertThat(preparation().job().mayBeWritten()).isTrue();
    }

    @Test
    void oneJobHasNoRecordsThatAreFarApart() {
        handOut(5);
        handOut(DeadLetterJob.OFFSETS_MAX);
        handOut(5);
        reject(1, 2);
        long far = DeadLetterJob.OFFSETS_MAX + 5L;
        reject(far, far);
        SimulatedLog.Preparation first = preparation();
        first.answer().accept(Prepared.LATER);
        simulation.commit();
        simulation.pass(RETRY_MS);

        SimulatedLog.Preparation near = preparation();
        assertThat(near.job().lastOffset()).isEqualTo(2);
        write(near, ErrorCode.NONE);
        assertThat(preparation().job().firstOffset()).isEqualTo(far);
    }
}
