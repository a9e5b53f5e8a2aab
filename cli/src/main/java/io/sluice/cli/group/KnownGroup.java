package io.sluice.cli.group;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** What the broker knows of one group. */
final class KnownGroup {

    private KnownGroup() {}

    /** Describes a group; empty when there is none of this name, which older brokers call a dead one. */
    static Optional<ConsumerGroupDescription> find(Admin admin, String name) {
        try {
            Map<String, ConsumerGroupDescription> found = BrokerCommand.await(
                    admin.describeConsumerGroups(List.of(name)).all());
            return found.values().stream()
                    .filter(group -> group.groupState() != GroupState.DEAD)
                    .findFirst();
        } catch (GroupIdNotFoundException unknown) {
            return Optional.empty();
        }
    }

    /**
     * Describes a group.
     *
     * @throws CommandException when there is none of this name
     */
    static ConsumerGroupDescription describe(Admin admin, String name) {
        return find(admin, name).orElseThrow(() -> unknown(name));
    }

    static CommandException unknown(String name) {
        return new CommandException("no group " + name + "; 'sluice group list' shows what there is");
    }

    /** Where the group committed, without the partitions where it never did. */
    static Map<TopicPartition, Long> positions(Admin admin, String name) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                BrokerCommand.await(admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> positions = new HashMap<>();
        committed.forEach((partition, position) -> {
            if (position != null) {
                positions.put(partition, position.offset());
            }
        });
        return positions;
    }
}
