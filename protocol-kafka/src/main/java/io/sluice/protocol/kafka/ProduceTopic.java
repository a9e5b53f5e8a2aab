package io.sluice.protocol.kafka;

import io.sluice.common.TopicId;
import java.util.List;

/**
 * One topic of a Produce request.
 *
 * @param name as the client named it, empty from version 13 on
 * @param id as the client named it, zero before version 13
 * @param slots its partitions in the order of the request
 */
record ProduceTopic(String name, TopicId id, List<ProduceSlot> slots) {}
