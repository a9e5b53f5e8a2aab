package io.sluice.protocol.kafka.codec.topic;

import io.sluice.protocol.kafka.codec.ColdHandler;
import java.util.List;

/** The handlers of this package. */
public final class TopicHandlers {
    private TopicHandlers() {}

    /** One of each. */
    public static List<ColdHandler<?>> all() {
        return List.of(
                new ListOffsetsHandler(),
                new MetadataHandler(),
                new CreateTopicsHandler(),
                new DeleteTopicsHandler(),
                new CreatePartitionsHandler(),
                new DeleteRecordsHandler(),
                new OffsetForLeaderEpochHandler(),
                new DescribeProducersHandler(),
                new ElectLeadersHandler(),
                new AlterPartitionReassignmentsHandler(),
                new ListPartitionReassignmentsHandler(),
                new DescribeTopicPartitionsHandler());
    }
}
