package io.sluice.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.SimulatedClock;
import io.sluice.network.ConnectionGate.Verdict;
import java.net.InetAddress;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ConnectionGateTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress THERE = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("10.0.0.2");

    private final SimulatedClock clock = new SimulatedClock();

    private ConnectionGate gate(ConnectionLimits limits) {
        return new ConnectionGate(limits, clock::nanoTime);
    }

    @Test
    void aFullListenerHasRoomForThisMachineAlone() {
        ConnectionGate gate = gate(ConnectionLimits.of(2, 1));
        gate.enter(THERE);
        gate.enter(THERE);

        assertThat(gate.enter(THERE)).isEqualTo(Verdict.FULL);
        assertThat(gate.enter(HERE)).isEqualTo(Verdict.SERVED);
        assertThat(gate.enter(HERE)).isEqualTo(Verdict.FULL);
        gate.leave(THERE);
        gate.leave(THERE);
        assertThat(gate.enter(THERE)).isEqualTo(Verdict.SERVED);
    }

    @Test
    void anAddressHasItsOwnBoundOrThatOfAll() {
        ConnectionGate gate = gate(new ConnectionLimits(10, 0, 1, Map.of(ELSEWHERE, 2), Integer.MAX_VALUE));

        assertThat(gate.enter(THERE)).isEqualTo(Verdict.SERVED);
        assertThat(gate.enter(THERE)).isEqualTo(Verdict.ADDRESS_FULL);
        assertThat(gate.enter(ELSEWHERE)).isEqualTo(Verdict.SERVED);
        assertThat(gate.enter(ELSEWHERE)).isEqualTo(Verdict.SERVED);
        assertThat(gate.enter(ELSEWHERE)).isEqualTo(Verdict.ADDRESS_FULL);
        gate.leave(THERE);
        assertThat(gate.enter(THERE)).isEqualTo(Verdict.SERVED);
    }

    @Test
    void whoIsRefusedTakesNoRoom() {
        ConnectionGate gate = gate(new ConnectionLimits(2, 0, 1, Map.of(), Integer.MAX_VALUE));
        gate.enter(THERE);
        for (int i = 0; i < 10; i++) {
            gate.enter(THERE);
        }

        assertThat(gate.enter(ELSEWHERE)).isEqualTo(Verdict.SERVED);
    }

    @Test
    void newBoundsHoldAtOnce() {
        ConnectionGate gate = gate(ConnectionLimits.of(1, 0));
        gate.enter(THERE);
        gate.limit(ConnectionLimits.of(2, 0));

        assertThat(gate.enter(THERE)).isEqualTo(Verdict.SERVED);
    }

    @Test
    void anAddressThatConnectsTooOftenIsRefusedUntilItHasRested() {
        ConnectionGate gate = gate(ConnectionLimits.of(1_000, 0));
        gate.limitRates(address -> address.equals(THERE) ? 2 : Double.MAX_VALUE);

        assertThat(IntStream.range(0, 20).mapToObj(i -> gate.enter(THERE))).containsOnly(Verdict.SERVED);
        assertThat(gate.enter(THERE)).isEqualTo(Verdict.ADDRESS_FAST);
        assertThat(gate.enter(ELSEWHERE)).isEqualTo(Verdict.SERVED);
        clock.advanceMs(500);
        assertThat(gate.enter(THERE)).isEqualTo(Verdict.SERVED);
        assertThat(gate.enter(THERE)).isEqualTo(Verdict.ADDRESS_FAST);
    }

    @Test
    void connectionsFasterThanTheListenersRateMakeItPause() {
        ConnectionGate gate = gate(new ConnectionLimits(1_000, 0, 1_000, Map.of(), 5));
        for (int i = 0; i < 50; i++) {
            assertThat(gate.pauseNs()).isZero();
        }

        assertThat(gate.pauseNs()).isEqualTo(200_000_000);
        clock.advanceMs(200);
        assertThat(gate.pauseNs()).isEqualTo(200_000_000);
    }
}
