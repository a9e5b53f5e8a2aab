package io.sluice.broker.group.stored;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;

/** The state of a consumer group within a snapshot; the layout is in the package's documentation. */
final class ConsumerSnapshotCodec {
    private ConsumerSnapshotCodec() {}

    /** Of share groups too. */
    static void putHead(ByteWriter out, GroupHead head) {
        out.putInt(head.epoch()).putInt(head.targetEpoch());
        out.putLong(head.subscriptionHash()).putLong(head.sinceMs());
    }

    static GroupHead getHead(ByteReader in) {
        return new GroupHead(in.getInt(), in.getInt(), in.getLong(), in.getLong());
    }

    static void put(ByteWriter out, ConsumerGroupState state) {
        putHead(out, state.head());
        out.putInt(state.memberCount());
        for (ConsumerMember member : state.members()) {
            out.putText(member.id());
            ConsumerEventCodec.putProfile(out, member.profile());
            out.putInt(member.epoch());
            out.putInt(member.previousEpoch());
            out.putByte(member.phase().ordinal());
            ConsumerEventCodec.putPartitions(out, member.assigned());
            ConsumerEventCodec.putPartitions(out, member.revoking());
        }
        ConsumerEventCodec.putTargets(out, state.targets());
        out.putInt(state.topicsByRegex().size());
        state.topicsByRegex().forEach((regex, topics) -> {
            out.putText(regex);
            ConsumerEventCodec.putStrings(out, topics);
        });
    }

    static ConsumerGroupState get(ByteReader in) {
        ConsumerGroupState state = new ConsumerGroupState(getHead(in));
        int memberCount = in.getCount(1);
        for (int i = 0; i < memberCount; i++) {
            state.add(getMember(in));
        }
        ConsumerEventCodec.getTargets(in).forEach(state::addTarget);
        int regexCount = in.getCount(1);
        for (int i = 0; i < regexCount; i++) {
            state.addRegex(in.getText(), ConsumerEventCodec.getStrings(in));
        }
        return state;
    }

    private static ConsumerMember getMember(ByteReader in) {
        return new ConsumerMember(
                in.getText(),
                ConsumerEventCodec.getProfile(in),
                in.getInt(),
                in.getInt(),
                ConsumerEventCodec.getPhase(in),
                ConsumerEventCodec.getPartitions(in),
                ConsumerEventCodec.getPartitions(in));
    }
}
