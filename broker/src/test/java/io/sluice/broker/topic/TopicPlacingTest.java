package io.sluice.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.topic.MetadataEvent.TopicCreated;
import io.sluice.broker.topic.MetadataEvent.TopicPlaced;
import io.sluice.common.TopicId;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.UndoLog;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicPlacingTest {
    private static final TopicId ORDERS = new TopicId(1, 2);

    private final MetadataState state = new MetadataState();
    private final TopicPlacing placing = new TopicPlacing(state, new ThreeShards());

    private static TopicRecord topic(String name, int partitionCount) {
        return new TopicRecord(TopicId.ZERO, name, partitionCount, Durability.FSYNC, Map.of());
    }

    private void ordersLieIn(ShardRun... runs) {
        int partitions = runs[runs.length - 1].to();
        state.apply(
                MetadataCodec.encode(
                        new TopicCreated(new TopicRecord(ORDERS, "orders", partitions, Durability.FSYNC, Map.of()))),
                UndoLog.NONE);
        state.apply(MetadataCodec.encode(new TopicPlaced(ORDERS, List.of(runs))), UndoLog.NONE);
    }

    @Test
    void partitionsAreSpreadOverTheShardsTheEmptiestFirst() {
        ordersLieIn(new ShardRun(1, 0, 2), new ShardRun(4, 2, 3));
        assertThat(placing.place(topic("bills", 3), 0, List.of()).get())
                .containsExactly(new ShardRun(5, 0, 1), new ShardRun(4, 1, 2), new ShardRun(1, 2, 3));
    }

    @Test
    void aDeadLetterTopicLiesBesideItsOrigin() {
        ordersLieIn(new ShardRun(5, 0, 2), new ShardRun(1, 2, 3));
        assertThat(placing.place(topic("orders.dead", 3), 0, List.of()).get())
                .containsExactly(new ShardRun(5, 0, 2), new ShardRun(1, 2, 3));
    }

    @Test
    void whatADeadLetterTopicHasBeyondItsOriginIsSpread() {
        ordersLieIn(new ShardRun(5, 0, 1));
        assertThat(placing.place(topic("orders.dead", 2), 0, List.of()).get())
                .containsExactly(new ShardRun(5, 0, 1), new ShardRun(1, 1, 2));
    }

    @Test
    void aGrownDeadLetterTopicFollowsItsOriginWithWhatIsNew() {
        ordersLieIn(new ShardRun(4, 0, 1), new ShardRun(5, 1, 3));
        TopicRecord grown = new TopicRecord(
                TopicId.ZERO, "orders.dead", 3, Durability.FSYNC, Map.of(), List.of(new ShardRun(1, 0, 1)));
        assertThat(placing.place(grown, 1, List.of()).get())
                .containsExactly(new ShardRun(1, 0, 1), new ShardRun(5, 1, 3));
    }
}
