package io.sluice.broker.group;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.group.GroupEvent.GenerationCompleted;
import io.sluice.broker.group.GroupEvent.GenerationStarted;
import io.sluice.broker.group.GroupEvent.GroupDeleted;
import io.sluice.broker.group.GroupEvent.OffsetsCommitted;
import io.sluice.broker.group.GroupEvent.OffsetsExpired;
import io.sluice.broker.group.GroupEvent.TopicForgotten;
import io.sluice.common.BrokenInvariantException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events to bytes and back, formats 1 and 2; the layout is in the package's documentation. */
final class GroupEventCodec {
    private static final int CLASSIC_FORMAT = 1;
    private static final int CONSUMER_FORMAT = 2;

    private GroupEventCodec() {}

    static ByteBuffer encode(GroupEvent event) {
        FieldWriter out = new FieldWriter();
        out.putByte(event instanceof ConsumerGroupEvent ? CONSUMER_FORMAT : CLASSIC_FORMAT);
        switch (event) {
            case GenerationStarted e -> {
                out.putByte(1);
                out.putString(e.groupId());
                out.putInt(e.generation());
                out.putLong(e.timeMs());
            }
            case GenerationCompleted e -> {
                out.putByte(2);
                out.putString(e.groupId());
                putRoster(out, e.roster());
            }
            case OffsetsCommitted e -> {
                out.putByte(3);
                putCommitted(out, e);
            }
            case OffsetsExpired e -> {
                out.putByte(4);
                out.putString(e.groupId());
                out.putInt(e.partitions().size());
                e.partitions().forEach(partition -> putPartition(out, partition));
            }
            case TopicForgotten e -> {
                out.putByte(5);
                out.putString(e.topic());
            }
            case GroupDeleted e -> {
                out.putByte(6);
                out.putString(e.groupId());
            }
            case ConsumerGroupEvent e -> ConsumerEventCodec.put(out, e);
        }
        return out.finish();
    }

    static GroupEvent decode(ByteBuffer bytes) {
        FieldReader in = new FieldReader(bytes);
        int format = in.getByte();
        check(format == CLASSIC_FORMAT || format == CONSUMER_FORMAT, "group event of format %d", format);
        int kind = in.getByte();
        GroupEvent event = format == CONSUMER_FORMAT ? ConsumerEventCodec.get(kind, in) : getClassic(kind, in);
        check(in.isAtEnd(), "group event of kind %d has bytes to spare", kind);
        return event;
    }

    private static GroupEvent getClassic(int kind, FieldReader in) {
        return switch (kind) {
            case 1 -> new GenerationStarted(in.getString(), in.getInt(), in.getLong());
            case 2 -> new GenerationCompleted(in.getString(), getRoster(in));
            case 3 -> getCommitted(in);
            case 4 -> new OffsetsExpired(in.getString(), getPartitions(in));
            case 5 -> new TopicForgotten(in.getString());
            case 6 -> new GroupDeleted(in.getString());
            default -> throw new BrokenInvariantException("group event of kind " + kind);
        };
    }

    static void putRoster(FieldWriter out, Roster roster) {
        out.putInt(roster.generation());
        out.putString(roster.protocolType());
        out.putString(roster.protocolName());
        out.putString(roster.leaderId());
        out.putLong(roster.sinceMs());
        out.putInt(roster.members().size());
        roster.members().forEach(member -> putMember(out, member));
    }

    static Roster getRoster(FieldReader in) {
        int generation = in.getInt();
        String protocolType = in.getString();
        String protocolName = in.getString();
        String leaderId = in.getString();
        long sinceMs = in.getLong();
        int count = in.getCount();
        List<Roster.Member> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(getMember(in));
        }
        return new Roster(generation, protocolType, protocolName, leaderId, sinceMs, members);
    }

    private static void putMember(FieldWriter out, Roster.Member member) {
        out.putString(member.id());
        out.putOptional(member.instanceId());
        out.putString(member.clientId());
        out.putString(member.clientHost());
        out.putInt(member.sessionTimeoutMs());
        out.putInt(member.rebalanceTimeoutMs());
        putProtocols(out, member.protocols());
        out.putBytes(member.assignment());
    }

    static void putProtocols(FieldWriter out, List<Protocol> protocols) {
        out.putInt(protocols.size());
        for (Protocol protocol : protocols) {
            out.putString(protocol.name());
            out.putBytes(protocol.metadata());
        }
    }

    private static Roster.Member getMember(FieldReader in) {
        return new Roster.Member(
                in.getString(),
                in.getOptional(),
                in.getString(),
                in.getString(),
                in.getInt(),
                in.getInt(),
                getProtocols(in),
                in.getBytes());
    }

    static List<Protocol> getProtocols(FieldReader in) {
        int count = in.getCount();
        List<Protocol> protocols = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            protocols.add(new Protocol(in.getString(), in.getBytes()));
        }
        return protocols;
    }

    private static void putCommitted(FieldWriter out, OffsetsCommitted event) {
        out.putString(event.groupId());
        out.putLong(event.timeMs());
        out.putInt(event.offsets().size());
        event.offsets().forEach((partition, offset) -> {
            putPartition(out, partition);
            out.putLong(offset.offset());
            out.putInt(offset.leaderEpoch());
            out.putString(offset.metadata());
        });
    }

    private static OffsetsCommitted getCommitted(FieldReader in) {
        String groupId = in.getString();
        long timeMs = in.getLong();
        int count = in.getCount();
        Map<TopicPartition, CommittedOffset> offsets = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            TopicPartition partition = getPartition(in);
            offsets.put(partition, new CommittedOffset(in.getLong(), in.getInt(), in.getString()));
        }
        return new OffsetsCommitted(groupId, timeMs, offsets);
    }

    private static List<TopicPartition> getPartitions(FieldReader in) {
        int count = in.getCount();
        List<TopicPartition> partitions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            partitions.add(getPartition(in));
        }
        return partitions;
    }

    private static void putPartition(FieldWriter out, TopicPartition partition) {
        out.putString(partition.topic());
        out.putInt(partition.partition());
    }

    private static TopicPartition getPartition(FieldReader in) {
        return new TopicPartition(in.getString(), in.getInt());
    }
}
