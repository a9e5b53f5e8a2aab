package io.sluice.broker.group.stored;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.group.stored.GroupEvent.GenerationCompleted;
import io.sluice.broker.group.stored.GroupEvent.GenerationStarted;
import io.sluice.broker.group.stored.GroupEvent.GroupDeleted;
import io.sluice.broker.group.stored.GroupEvent.GroupsArrived;
import io.sluice.broker.group.stored.GroupEvent.OffsetsCommitted;
import io.sluice.broker.group.stored.GroupEvent.OffsetsExpired;
import io.sluice.broker.group.stored.GroupEvent.SlotStaged;
import io.sluice.broker.group.stored.GroupEvent.TopicForgotten;
import io.sluice.common.BrokenInvariantException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events to bytes and back, formats 1 to 4; the layout is in the package's documentation. */
public final class GroupEventCodec {
    private static final int CLASSIC_FORMAT = 1;
    private static final int CONSUMER_FORMAT = 2;
    private static final int SHARE_FORMAT = 3;
    private static final int SLOT_FORMAT = 4;
    private static final int SLOT_STAGED = 19;
    private static final int GROUPS_ARRIVED = 20;

    private GroupEventCodec() {}

    /** The bytes of an event. */
    public static ByteBuffer encode(GroupEvent event) {
        ByteWriter out = new ByteWriter();
        out.putByte(formatOf(event));
        switch (event) {
            case GenerationStarted e -> {
                out.putByte(1);
                out.putText(e.groupId());
                out.putInt(e.generation());
                out.putLong(e.timeMs());
            }
            case GenerationCompleted e -> {
                out.putByte(2);
                out.putText(e.groupId());
                putRoster(out, e.roster());
            }
            case OffsetsCommitted e -> {
                out.putByte(3);
                putCommitted(out, e);
            }
            case OffsetsExpired e -> {
                out.putByte(4);
                out.putText(e.groupId());
                out.putInt(e.partitions().size());
                e.partitions().forEach(partition -> putPartition(out, partition));
            }
            case TopicForgotten e -> {
                out.putByte(5);
                out.putText(e.topic());
            }
            case GroupDeleted e -> {
                out.putByte(6);
                out.putText(e.groupId());
            }
            case SlotStaged e -> putResidence(out.putByte(SLOT_STAGED), e.residence());
            case GroupsArrived e -> GroupSnapshotCodec.putGroups(out.putByte(GROUPS_ARRIVED), e.groups());
            case ConsumerGroupEvent e -> ConsumerEventCodec.put(out, e);
            case ShareGroupEvent e -> ShareEventCodec.put(out, e);
        }
        return out.toBuffer();
    }

    private static int formatOf(GroupEvent event) {
        return switch (event) {
            case ShareGroupEvent _ -> SHARE_FORMAT;
            case ConsumerGroupEvent _ -> CONSUMER_FORMAT;
            case SlotStaged _, GroupsArrived _ -> SLOT_FORMAT;
            default -> CLASSIC_FORMAT;
        };
    }

    /** The event of these bytes. */
    public static GroupEvent decode(ByteBuffer bytes) {
        ByteReader in = new ByteReader(bytes);
        int format = in.getByte();
        int kind = in.getByte();
        GroupEvent event = switch (format) {
            case CLASSIC_FORMAT -> getClassic(kind, in);
            case CONSUMER_FORMAT -> ConsumerEventCodec.get(kind, in);
            case SHARE_FORMAT -> ShareEventCodec.get(kind, in);
            case SLOT_FORMAT -> getOfSlot(kind, in);
            default -> throw new BrokenInvariantException("group event of format " + format);
        };
        check(in.isAtEnd(), "group event of kind %d has bytes to spare", kind);
        return event;
    }

    private static GroupEvent getClassic(int kind, ByteReader in) {
        return switch (kind) {
            case 1 -> new GenerationStarted(in.getText(), in.getInt(), in.getLong());
            case 2 -> new GenerationCompleted(in.getText(), getRoster(in));
            case 3 -> getCommitted(in);
            case 4 -> new OffsetsExpired(in.getText(), getPartitions(in));
            case 5 -> new TopicForgotten(in.getText());
            case 6 -> new GroupDeleted(in.getText());
            default -> throw new BrokenInvariantException("group event of kind " + kind);
        };
    }

    private static GroupEvent getOfSlot(int kind, ByteReader in) {
        return switch (kind) {
            case SLOT_STAGED -> new SlotStaged(getResidence(in));
            case GROUPS_ARRIVED -> new GroupsArrived(GroupSnapshotCodec.getGroups(in));
            default -> throw new BrokenInvariantException("group event of kind " + kind);
        };
    }

    static void putResidence(ByteWriter out, SlotResidence residence) {
        out.putByte(residence.stage().ordinal()).putLong(residence.number());
    }

    static SlotResidence getResidence(ByteReader in) {
        int stage = in.getByte();
        SlotResidence.Stage[] stages = SlotResidence.Stage.values();
        check(stage >= 0 && stage < stages.length, "a slot of groups is of stage %d", stage);
        return new SlotResidence(stages[stage], in.getLong());
    }

    static void putRoster(ByteWriter out, Roster roster) {
        out.putInt(roster.generation());
        out.putText(roster.protocolType());
        out.putText(roster.protocolName());
        out.putText(roster.leaderId());
        out.putLong(roster.sinceMs());
        out.putInt(roster.members().size());
        roster.members().forEach(member -> putMember(out, member));
    }

    static Roster getRoster(ByteReader in) {
        int generation = in.getInt();
        String protocolType = in.getText();
        String protocolName = in.getText();
        String leaderId = in.getText();
        long sinceMs = in.getLong();
        int count = in.getCount(1);
        List<Roster.Member> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(getMember(in));
        }
        return new Roster(generation, protocolType, protocolName, leaderId, sinceMs, members);
    }

    private static void putMember(ByteWriter out, Roster.Member member) {
        out.putText(member.id());
        out.putOptionalText(member.instanceId());
        out.putText(member.clientId());
        out.putText(member.clientHost());
        out.putInt(member.sessionTimeoutMs());
        out.putInt(member.rebalanceTimeoutMs());
        putProtocols(out, member.protocols());
        out.putBytes(member.assignment());
    }

    static void putProtocols(ByteWriter out, List<Protocol> protocols) {
        out.putInt(protocols.size());
        for (Protocol protocol : protocols) {
            out.putText(protocol.name());
            out.putBytes(protocol.metadata());
        }
    }

    private static Roster.Member getMember(ByteReader in) {
        return new Roster.Member(
                in.getText(),
                in.getOptionalText(),
                in.getText(),
                in.getText(),
                in.getInt(),
                in.getInt(),
                getProtocols(in),
                in.getBytes());
    }

    static List<Protocol> getProtocols(ByteReader in) {
        int count = in.getCount(1);
        List<Protocol> protocols = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            protocols.add(new Protocol(in.getText(), in.getBytes()));
        }
        return protocols;
    }

    private static void putCommitted(ByteWriter out, OffsetsCommitted event) {
        out.putText(event.groupId());
        out.putLong(event.timeMs());
        out.putInt(event.offsets().size());
        event.offsets().forEach((partition, offset) -> {
            putPartition(out, partition);
            out.putLong(offset.offset());
            out.putInt(offset.leaderEpoch());
            out.putText(offset.metadata());
        });
    }

    private static OffsetsCommitted getCommitted(ByteReader in) {
        String groupId = in.getText();
        long timeMs = in.getLong();
        int count = in.getCount(1);
        Map<TopicPartition, CommittedOffset> offsets = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            TopicPartition partition = getPartition(in);
            offsets.put(partition, new CommittedOffset(in.getLong(), in.getInt(), in.getText()));
        }
        return new OffsetsCommitted(groupId, timeMs, offsets);
    }

    private static List<TopicPartition> getPartitions(ByteReader in) {
        int count = in.getCount(1);
        List<TopicPartition> partitions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            partitions.add(getPartition(in));
        }
        return partitions;
    }

    private static void putPartition(ByteWriter out, TopicPartition partition) {
        out.putText(partition.topic());
        out.putInt(partition.partition());
    }

    private static TopicPartition getPartition(ByteReader in) {
        return new TopicPartition(in.getText(), in.getInt());
    }
}
