package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.PeerCallException;
import io.sluice.common.PeerServices;
import io.sluice.common.SystemClock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What nodes ask each other beside the consensus. */
class PeerRequestsTest {
    private static final int DOUBLE = 20;
    private static final int SILENT = 21;
    private static final int LENGTHY = 22;
    private static final int THROWING = 23;
    private static final long LONG_MS = 30_000;

    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final List<RaftMember> members = new ArrayList<>();

    private PeerServices node(int nodeId) {
        RaftMember member = new RaftMember(
                network.join(nodeId),
                RaftSettings.of(500),
                Thread.ofPlatform().daemon().factory(),
                new SystemClock(),
                reason -> {});
        members.add(member);
        PeerServices services = member.services();
        services.serve(DOUBLE, (from, request) -> {
            int number = request.getInt();
            return number < 0
                    ? CompletableFuture.failedFuture(new IllegalArgumentException(number + " from " + from))
                    : CompletableFuture.completedFuture(
                            ByteBuffer.allocate(4).putInt(2 * number).flip());
        });
        services.serve(THROWING, (from, request) -> {
            throw new IllegalStateException("broken by " + from);
        });
        services.serve(SILENT, (from, request) -> new CompletableFuture<>());
        services.serve(
                LENGTHY, (from, request) -> CompletableFuture.completedFuture(ByteBuffer.allocate(request.getInt())));
        return services;
    }

    @AfterEach
    void close() {
        members.forEach(RaftMember::close);
        network.close();
    }

    private static ByteBuffer number(int number) {
        return ByteBuffer.allocate(4).putInt(number).flip();
    }

    @Test
    void aRequestIsAnswered() {
        PeerServices first = node(1);
        node(2);

        assertThat(first.call(2, DOUBLE, number(21), LONG_MS).join().getInt()).isEqualTo(42);
    }

    @Test
    void whatTheHandlerFailsWithReachesTheOtherNode() {
        PeerServices first = node(1);
        node(2);

        assertThatThrownBy(() -> first.call(2, DOUBLE, number(-3), LONG_MS).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(PeerCallException.class)
                .hasMessage("node 2: refused: -3 from 1");
        assertThatThrownBy(() -> first.call(2, 99, number(1), LONG_MS).join())
                .hasMessageContaining("there is no such service");
    }

    @Test
    void aHandlerThatThrowsRefusesItsRequestAndNoOther() {
        PeerServices first = node(1);
        node(2);
        CompletableFuture<ByteBuffer> waiting = first.call(2, SILENT, number(1), LONG_MS);

        assertThatThrownBy(() -> first.call(2, THROWING, number(1), LONG_MS).join())
                .hasMessageContaining("node 2: refused: broken by 1");

        assertThat(waiting).isNotDone();
        assertThat(first.call(2, DOUBLE, number(21), LONG_MS).join().getInt()).isEqualTo(42);
    }

    @Test
    void anAnswerThatIsTooLongIsRefusedAtOnce() {
        PeerServices first = node(1);
        node(2);

        int most = PeerServices.MESSAGE_BYTES_MAX;
        assertThat(first.call(2, LENGTHY, number(most), LONG_MS).join().remaining())
                .isEqualTo(most);
        assertThatThrownBy(
                        () -> first.call(2, LENGTHY, number(most + 1), LONG_MS).join())
                .hasMessageContaining("node 2: refused: an answer of " + (most + 1) + " bytes");
    }

    @Test
    void aRequestToANodeThatIsNotThereFailsAtOnce() {
        PeerServices first = node(1);

        assertThatThrownBy(() -> first.call(2, DOUBLE, number(1), LONG_MS).join())
                .cause()
                .isInstanceOf(PeerCallException.class)
                .hasMessageContaining("node 2");
    }

    @Test
    void aRequestWithoutAnAnswerFailsInTime() {
        PeerServices first = node(1);
        node(2);

        assertThatThrownBy(() -> first.call(2, SILENT, number(1), 20).join())
                .hasMessageContaining("node 2: no answer in time");
    }

    @Test
    void whatANodeHasAskedForFailsWhenItStops() {
        PeerServices first = node(1);
        node(2);
        CompletableFuture<ByteBuffer> answer = first.call(2, SILENT, number(1), LONG_MS);

        members.getFirst().close();

        assertThatThrownBy(answer::join).cause().isInstanceOf(PeerCallException.class);
    }

    @Test
    void aRequestAfterTheStopFailsAtOnce() {
        PeerServices first = node(1);
        node(2);
        members.getFirst().close();

        assertThatThrownBy(() -> first.call(2, SILENT, number(1), LONG_MS).join())
                .hasMessageContaining("node 2: this node stops");
    }

    @Test
    void aRequestFailsWithTheConnectionThatItWentOver() {
        PeerServices first = node(1);
        node(2);
        CompletableFuture<ByteBuffer> answer = first.call(2, SILENT, number(1), LONG_MS);

        network.leave(2);

        assertThatThrownBy(answer::join).hasMessageContaining("node 2: the connection ended");
    }
}
