package io.sluice.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.PeerService;
import io.sluice.common.PeerServices;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeaderMovesTest {
    private static final int SELF = 1;
    private static final int SHARD = 4;

    private final Queue<CompletableFuture<Boolean>> outcomes = new ArrayDeque<>();

    /** Throws once no outcome is left, here and at the other nodes. */
    private final LeaderMoves moves = new LeaderMoves(new Peers(), SELF, (shard, node) -> outcomes.remove());

    private final class Peers implements PeerServices {
        @Override
        public void serve(int service, PeerService handler) {}

        @Override
        public CompletableFuture<ByteBuffer> call(int nodeId, int service, ByteBuffer request, long timeoutMs) {
            return outcomes.remove()
                    .thenApply(done ->
                            ByteBuffer.allocate(1).put((byte) (done ? 1 : 0)).flip());
        }
    }

    @Test
    void whoAsksMeanwhileHearsTheSameAnswer() {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        outcomes.add(outcome);
        CompletableFuture<Boolean> first = moves.move(SHARD, 2, 3);
        CompletableFuture<Boolean> second = moves.move(SHARD, 2, 3);

        outcome.complete(true);

        assertThat(List.of(first.resultNow(), second.resultNow())).containsOnly(true);
    }

    @Test
    void aMoveThatCouldNotBeginIsOverAndAnotherMayFollow() {
        assertThat(moves.move(SHARD, SELF, 2).resultNow()).isFalse();
        assertThat(moves.move(SHARD, 2, 3).resultNow()).isFalse();

        outcomes.add(CompletableFuture.completedFuture(true));
        assertThat(moves.move(SHARD, SELF, 2).resultNow()).isTrue();
    }
}
