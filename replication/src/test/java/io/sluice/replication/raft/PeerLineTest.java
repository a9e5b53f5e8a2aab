package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.PeerConnection;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A connection over which nothing comes any more. */
class PeerLineTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private boolean isClosed;
    private final PeerLine line = new PeerLine(new PeerConnection() {
        @Override
        public int nodeId() {
            return 2;
        }

        @Override
        public boolean isOpen() {
            return !isClosed;
        }

        @Override
        public boolean send(ByteBuffer message) {
            return true;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    });

    @Test
    void endsWhenNothingCameForLongAfterAQuestion() {
        line.asked(5);
        line.asked(2 * SECOND_NS);

        assertThat(line.endIfDead(SECOND_NS)).isFalse();
        assertThat(line.endIfDead(5 + 2 * SECOND_NS)).isFalse();
        assertThat(line.endIfDead(6 + 2 * SECOND_NS)).isTrue();
        assertThat(isClosed).isTrue();
    }

    @Test
    void livesOnWhateverItWasThatCame() {
        line.asked(0);
        line.heard();

        assertThat(line.endIfDead(100 * SECOND_NS)).isFalse();
        assertThat(line.wasHeard()).isTrue();
    }

    @Test
    void isSilentFromTheFirstQuestionSinceItWasHeard() {
        line.asked(0);
        line.heard();
        line.asked(90 * SECOND_NS);

        assertThat(line.endIfDead(91 * SECOND_NS)).isFalse();
        assertThat(line.endIfDead(93 * SECOND_NS)).isTrue();
    }
}
