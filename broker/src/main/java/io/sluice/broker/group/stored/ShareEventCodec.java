package io.sluice.broker.group.stored;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareEpochSet;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberGone;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberPlaced;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareMemberSet;
import io.sluice.broker.group.stored.ShareGroupEvent.ShareTargetSet;
import io.sluice.common.BrokenInvariantException;

/** Bodies of the events of share groups, kinds 14 to 18; the layout is in the package's documentation. */
final class ShareEventCodec {
    private ShareEventCodec() {}

    static void put(ByteWriter out, ShareGroupEvent event) {
        out.putByte(kindOf(event));
        out.putText(event.groupId());
        switch (event) {
            case ShareEpochSet e -> {
                out.putInt(e.epoch());
                out.putLong(e.subscriptionHash());
                out.putLong(e.timeMs());
            }
            case ShareMemberSet e -> {
                out.putText(e.memberId());
                putProfile(out, e.profile());
            }
            case ShareMemberPlaced e -> {
                out.putText(e.memberId());
                out.putInt(e.epoch());
                out.putInt(e.previousEpoch());
                ConsumerEventCodec.putPartitions(out, e.assigned());
            }
            case ShareMemberGone e -> out.putText(e.memberId());
            case ShareTargetSet e -> {
                out.putInt(e.epoch());
                ConsumerEventCodec.putTargets(out, e.changed());
            }
        }
    }

    private static int kindOf(ShareGroupEvent event) {
        return switch (event) {
            case ShareEpochSet e -> 14;
            case ShareMemberSet e -> 15;
            case ShareMemberPlaced e -> 16;
            case ShareMemberGone e -> 17;
            case ShareTargetSet e -> 18;
        };
    }

    static ShareGroupEvent get(int kind, ByteReader in) {
        String group = in.getText();
        return switch (kind) {
            case 14 -> new ShareEpochSet(group, in.getInt(), in.getLong(), in.getLong());
            case 15 -> new ShareMemberSet(group, in.getText(), getProfile(in));
            case 16 ->
                new ShareMemberPlaced(
                        group, in.getText(), in.getInt(), in.getInt(), ConsumerEventCodec.getPartitions(in));
            case 17 -> new ShareMemberGone(group, in.getText());
            case 18 -> new ShareTargetSet(group, in.getInt(), ConsumerEventCodec.getTargets(in));
            default -> throw new BrokenInvariantException("event of a share group of kind " + kind);
        };
    }

    static void putState(ByteWriter out, ShareGroupState state) {
        ConsumerSnapshotCodec.putHead(out, state.head());
        out.putInt(state.memberCount());
        for (ShareMember member : state.members()) {
            out.putText(member.id());
            putProfile(out, member.profile());
            out.putInt(member.epoch());
            out.putInt(member.previousEpoch());
            ConsumerEventCodec.putPartitions(out, member.assigned());
        }
        ConsumerEventCodec.putTargets(out, state.targets());
    }

    static ShareGroupState getState(ByteReader in) {
        ShareGroupState state = new ShareGroupState(ConsumerSnapshotCodec.getHead(in));
        int memberCount = in.getCount(1);
        for (int i = 0; i < memberCount; i++) {
            state.add(new ShareMember(
                    in.getText(), getProfile(in), in.getInt(), in.getInt(), ConsumerEventCodec.getPartitions(in)));
        }
        ConsumerEventCodec.getTargets(in).forEach(state::addTarget);
        return state;
    }

    private static void putProfile(ByteWriter out, ShareProfile profile) {
        out.putOptionalText(profile.rackId());
        out.putText(profile.clientId());
        out.putText(profile.clientHost());
        ConsumerEventCodec.putStrings(out, profile.topics());
    }

    private static ShareProfile getProfile(ByteReader in) {
        return new ShareProfile(in.getOptionalText(), in.getText(), in.getText(), ConsumerEventCodec.getStrings(in));
    }
}
