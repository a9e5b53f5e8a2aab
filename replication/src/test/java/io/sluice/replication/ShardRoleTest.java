package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who hears that a node leads its shard no more. */
@Timeout(60)
class ShardRoleTest {
    private final LoneNode node = new LoneNode();
    private final Shard shard = node.add();

    /** Counts how often somebody wants to complete it. */
    private static final class Wait extends CompletableFuture<Boolean> {
        private int attempts;

        @Override
        public boolean complete(Boolean value) {
            attempts++;
            return super.complete(value);
        }
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void handled() {
        assertThat(shard.ask(() -> true).join()).isTrue();
    }

    @Test
    void whoWaitsHearsOnceThatTheNodeLeadsNoMore() {
        Wait wait = new Wait();
        shard.onceNotLeading(wait);
        handled();
        assertThat(wait).isNotDone();

        node.replication().removeShard(LoneNode.ADDED);

        assertThat(wait.join()).isTrue();
        assertThat(wait.attempts).isEqualTo(1);
        Wait late = new Wait();
        shard.onceNotLeading(late);
        assertThat(late.join()).isTrue();
    }

    @Test
    void whoWaitsNoLongerIsForgotten() {
        Wait wait = new Wait();
        shard.onceNotLeading(wait);
        wait.complete(false);
        handled();

        node.replication().removeShard(LoneNode.ADDED);

        assertThat(shard.isLeading()).isFalse();
        assertThat(wait.attempts).isEqualTo(1);
    }
}
