package io.sluice.broker.group.stored;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.group.stored.StoredGroup.StoredOffset;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The state of a slot to bytes and back, formats 1 to 4; the layout is in the package's documentation. */
public final class GroupSnapshotCodec {
    private static final int WITHOUT_CONSUMER_GROUPS = 1;
    private static final int WITHOUT_SHARE_GROUPS = 2;
    private static final int WITHOUT_MOVES = 3;
    private static final int FORMAT = 4;

    private GroupSnapshotCodec() {}

    /** The bytes of all groups. */
    public static ByteBuffer encode(StoredGroups groups) {
        ByteWriter out = new ByteWriter();
        // The newest format only where it says more: an earlier version reads the others.
        boolean hasMoved = groups.residence().number() != 0;
        boolean hasShares = hasMoved || groups.all().stream().anyMatch(group -> group.share() != null);
        out.putByte(hasMoved ? FORMAT : hasShares ? WITHOUT_MOVES : WITHOUT_SHARE_GROUPS);
        if (hasMoved) {
            GroupEventCodec.putResidence(out, groups.residence());
        }
        out.putInt(groups.all().size());
        groups.all().forEach(group -> putGroup(out, group, hasShares));
        return out.toBuffer();
    }

    static void putGroups(ByteWriter out, List<StoredGroup> groups) {
        out.putInt(groups.size());
        groups.forEach(group -> putGroup(out, group, true));
    }

    static List<StoredGroup> getGroups(ByteReader in) {
        int count = in.getCount(1);
        List<StoredGroup> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(getGroup(in, FORMAT));
        }
        return groups;
    }

    /** Bytes of all groups, for another shard; see {@link #arrived}. */
    public static ByteBuffer leaving(StoredGroups groups) {
        ByteWriter out = new ByteWriter();
        putGroups(out, List.copyOf(groups.all()));
        return out.toBuffer();
    }

    /** The groups of {@link #leaving}, as nobody's yet; times are still those of the shard that they left. */
    public static List<StoredGroup> arrived(ByteBuffer bytes) {
        ByteReader in = new ByteReader(bytes);
        List<StoredGroup> groups = getGroups(in);
        check(in.isAtEnd(), "groups that move have bytes to spare");
        return groups;
    }

    /** Bytes that the group takes in an event. */
    public static int lengthBytes(StoredGroup group) {
        ByteWriter out = new ByteWriter();
        putGroup(out, group, true);
        return out.toBuffer().remaining();
    }

    /** Puts the groups of the bytes in. */
    public static void decodeInto(ByteBuffer bytes, StoredGroups groups) {
        ByteReader in = new ByteReader(bytes);
        int format = in.getByte();
        check(format >= WITHOUT_CONSUMER_GROUPS && format <= FORMAT, "snapshot of groups of format %d", format);
        groups.reset(format == FORMAT ? GroupEventCodec.getResidence(in) : groups.born());
        int count = in.getCount(1);
        for (int i = 0; i < count; i++) {
            groups.add(getGroup(in, format));
        }
        check(in.isAtEnd(), "snapshot of groups has bytes to spare");
    }

    private static void putGroup(ByteWriter out, StoredGroup group, boolean hasShares) {
        out.putText(group.id());
        out.putInt(group.highestGeneration());
        GroupEventCodec.putRoster(out, group.roster());
        out.putInt(group.offsets().size());
        group.offsets().forEach((topic, ofTopic) -> {
            out.putText(topic);
            out.putInt(ofTopic.size());
            ofTopic.forEach((partition, offset) -> {
                out.putInt(partition);
                putOffset(out, offset);
            });
        });
        ConsumerGroupState consumer = group.consumer();
        out.putByte(consumer == null ? 0 : 1);
        if (consumer != null) {
            ConsumerSnapshotCodec.put(out, consumer);
        }
        ShareGroupState share = group.share();
        if (hasShares) {
            out.putByte(share == null ? 0 : 1);
        }
        if (share != null) {
            ShareEventCodec.putState(out, share);
        }
    }

    private static StoredGroup getGroup(ByteReader in, int format) {
        String id = in.getText();
        int highestGeneration = in.getInt();
        StoredGroup group = new StoredGroup(id, GroupEventCodec.getRoster(in), highestGeneration);
        int topicCount = in.getCount(1);
        for (int i = 0; i < topicCount; i++) {
            String topic = in.getText();
            int partitionCount = in.getCount(1);
            for (int j = 0; j < partitionCount; j++) {
                group.putOffset(new TopicPartition(topic, in.getInt()), getOffset(in));
            }
        }
        if (format != WITHOUT_CONSUMER_GROUPS && in.getByte() == 1) {
            group.setConsumer(ConsumerSnapshotCodec.get(in));
        }
        if (format > WITHOUT_SHARE_GROUPS && in.getByte() == 1) {
            group.setShare(ShareEventCodec.getState(in));
        }
        return group;
    }

    private static void putOffset(ByteWriter out, StoredOffset offset) {
        out.putLong(offset.offset());
        out.putInt(offset.leaderEpoch());
        out.putText(offset.metadata());
        out.putLong(offset.committedMs());
    }

    private static StoredOffset getOffset(ByteReader in) {
        return new StoredOffset(in.getLong(), in.getInt(), in.getText(), in.getLong());
    }
}
