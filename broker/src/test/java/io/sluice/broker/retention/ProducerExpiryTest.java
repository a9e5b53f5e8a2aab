package io.sluice.broker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replication.ControlEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProducerExpiryTest {
    private static final long EXPIRATION_MS = 100;

    private final ProducerExpiry expiry = new ProducerExpiry(() -> EXPIRATION_MS);
    private final SimulatedPartition partition = new SimulatedPartition(-1, -1);

    @Test
    void producersSilentForTheExpirationAreForgotten() {
        partition.endOffset = 5;
        partition.shardTimeMs = 1_000;

        round();

        assertThat(partition.proposed).containsExactly(new ControlEntry.ExpireProducers(partition.topicId(), 0, 900));
    }

    @Test
    void aPartitionThatNobodyEverWroteToIsNotAsked() {
        partition.shardTimeMs = 1_000;

        round();

        assertThat(partition.proposed).isEmpty();
    }

    @Test
    void aSilentPartitionIsAskedUntilNobodyCanBeLeftAndThenLeftAlone() {
        partition.endOffset = 5;
        for (int i = 0; i < 20; i++) {
            partition.shardTimeMs += EXPIRATION_MS / 2;
            round();
        }

        ControlEntry.ExpireProducers last = (ControlEntry.ExpireProducers) partition.proposed.getLast();
        assertThat(partition.proposed).hasSizeLessThan(10);
        assertThat(last.idleSinceMs())
                .as("later than the round that first saw the last append")
                .isGreaterThan(EXPIRATION_MS / 2);
    }

    @Test
    void aNewAppendWakesItAgain() {
        partition.endOffset = 5;
        for (int i = 0; i < 20; i++) {
            partition.shardTimeMs += EXPIRATION_MS / 2;
            round();
        }
        partition.proposed.clear();
        partition.endOffset = 6;

        round();

        assertThat(partition.proposed).hasSize(1);
    }

    private void round() {
        expiry.run(List.of(partition));
    }
}
