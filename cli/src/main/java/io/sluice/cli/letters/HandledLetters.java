package io.sluice.cli.letters;

import io.sluice.cli.command.BrokerCommand;
import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.TopicOffsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Which dead letters were sent again or dropped. Kept as the committed positions of the group {@value #GROUP}, so that
 * everybody who may read the topic sees the same, and no further right is needed.
 */
final class HandledLetters {
    static final String GROUP = "sluice.dead-letters";

    /** What brokers keep beside a committed offset by default. */
    private static final int TEXT_CHARS_MAX = 4_000;

    /** Others may write at the same time, but not each time. */
    private static final int ATTEMPTS_MAX = 20;

    private final Admin admin;
    private final Map<TopicPartition, HandledOffsets> byPartition;
    private final Set<TopicPartition> changed = new HashSet<>();

    private HandledLetters(Admin admin, Map<TopicPartition, HandledOffsets> byPartition) {
        this.admin = admin;
        this.byPartition = byPartition;
    }

    /** What is known of the partitions. */
    static HandledLetters load(Admin admin, Collection<TopicPartition> partitions) {
        return new HandledLetters(admin, stored(admin, partitions));
    }

    private static Map<TopicPartition, HandledOffsets> stored(Admin admin, Collection<TopicPartition> partitions) {
        TopicOffsets offsets = TopicOffsets.of(admin, partitions);
        Map<TopicPartition, OffsetAndMetadata> committed = committed(admin, partitions);
        Map<TopicPartition, HandledOffsets> known = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata mark = committed.get(partition);
            HandledOffsets handled =
                    mark == null ? new HandledOffsets(0) : HandledOffsets.read(mark.offset(), mark.metadata());
            // A topic that was made anew begins at 0 again.
            boolean isOfAnother = handled.position() > offsets.end(partition);
            HandledOffsets current = isOfAnother ? new HandledOffsets(0) : handled;
            current.shift(offsets.start(partition));
            known.put(partition, current);
        }
        return known;
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(
            Admin admin, Collection<TopicPartition> partitions) {
        ListConsumerGroupOffsetsSpec wanted = new ListConsumerGroupOffsetsSpec().topicPartitions(partitions);
        try {
            return BrokerCommand.await(
                    admin.listConsumerGroupOffsets(Map.of(GROUP, wanted)).partitionsToOffsetAndMetadata(GROUP));
        } catch (GroupIdNotFoundException nobodyYet) {
            return Map.of();
        }
    }

    /** Whether the letter was dealt with. */
    boolean contains(TopicPartition partition, long offset) {
        return of(partition).contains(offset);
    }

    /** The first letter that was not. */
    long position(TopicPartition partition) {
        return of(partition).position();
    }

    private HandledOffsets of(TopicPartition partition) {
        return byPartition.computeIfAbsent(partition, unknown -> new HandledOffsets(0));
    }

    void add(DeadLetter letter) {
        of(letter.place()).add(letter.consumed().offset());
        changed.add(letter.place());
    }

    /**
     * Tells the broker; until then it may be forgotten. Another command may do so at the same time, and a committed position
     * takes the place of the one before it: so what is there is taken in first, and looked at again afterwards.
     */
    void store() {
        int attempts = 0;
        while (!changed.isEmpty() && isMissing()) {
            if (attempts == ATTEMPTS_MAX) {
                throw new CommandException("others change what is known of these letters all the time; try again");
            }
            attempts++;
            write();
        }
    }

    /** Takes in what the broker knows; whether it does not know everything that was added here. */
    private boolean isMissing() {
        boolean isMissing = false;
        for (Map.Entry<TopicPartition, HandledOffsets> each :
                stored(admin, changed).entrySet()) {
            HandledOffsets here = of(each.getKey());
            here.addAll(each.getValue());
            isMissing |= !here.isSameAs(each.getValue());
        }
        return isMissing;
    }

    private void write() {
        Map<TopicPartition, OffsetAndMetadata> marks = new HashMap<>();
        for (TopicPartition partition : changed) {
            HandledOffsets handled = of(partition);
            String text = handled.text();
            if (text.length() > TEXT_CHARS_MAX) {
                throw new CommandException("too many single letters of " + partition.topic() + " are dealt with between"
                        + " open ones; drop or resend the oldest open letters first, from partition "
                        + partition.partition() + " offset " + handled.position());
            }
            marks.put(partition, new OffsetAndMetadata(handled.position(), text));
        }
        BrokerCommand.await(admin.alterConsumerGroupOffsets(GROUP, marks).all());
    }
}
