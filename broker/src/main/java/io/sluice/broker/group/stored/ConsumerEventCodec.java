package io.sluice.broker.group.stored;

import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.EpochSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberGone;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberPlaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberReplaced;
import io.sluice.broker.group.stored.ConsumerGroupEvent.MemberSet;
import io.sluice.broker.group.stored.ConsumerGroupEvent.RegexResolved;
import io.sluice.broker.group.stored.ConsumerGroupEvent.TargetSet;
import io.sluice.broker.group.stored.ConsumerMember.Phase;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bodies of the events of consumer groups, kinds 7 to 13; the layout is in the package's documentation. */
final class ConsumerEventCodec {
    private static final Phase[] PHASES = Phase.values();

    private ConsumerEventCodec() {}

    static void put(ByteWriter out, ConsumerGroupEvent event) {
        out.putByte(kindOf(event));
        out.putText(event.groupId());
        switch (event) {
            case EpochSet e -> {
                out.putInt(e.epoch());
                out.putLong(e.subscriptionHash());
                out.putLong(e.timeMs());
            }
            case MemberSet e -> {
                out.putText(e.memberId());
                putProfile(out, e.profile());
            }
            case MemberPlaced e -> {
                out.putText(e.memberId());
                out.putInt(e.epoch());
                out.putInt(e.previousEpoch());
                out.putByte(e.phase().ordinal());
                putPartitions(out, e.assigned());
                putPartitions(out, e.revoking());
            }
            case MemberReplaced e -> {
                out.putText(e.memberId());
                out.putText(e.successorId());
            }
            case MemberGone e -> out.putText(e.memberId());
            case TargetSet e -> {
                out.putInt(e.epoch());
                putTargets(out, e.changed());
            }
            case RegexResolved e -> {
                out.putText(e.regex());
                putStrings(out, e.topics());
            }
        }
    }

    private static int kindOf(ConsumerGroupEvent event) {
        return switch (event) {
            case EpochSet e -> 7;
            case MemberSet e -> 8;
            case MemberPlaced e -> 9;
            case MemberReplaced e -> 10;
            case MemberGone e -> 11;
            case TargetSet e -> 12;
            case RegexResolved e -> 13;
        };
    }

    static ConsumerGroupEvent get(int kind, ByteReader in) {
        String group = in.getText();
        return switch (kind) {
            case 7 -> new EpochSet(group, in.getInt(), in.getLong(), in.getLong());
            case 8 -> new MemberSet(group, in.getText(), getProfile(in));
            case 9 ->
                new MemberPlaced(
                        group,
                        in.getText(),
                        in.getInt(),
                        in.getInt(),
                        getPhase(in),
                        getPartitions(in),
                        getPartitions(in));
            case 10 -> new MemberReplaced(group, in.getText(), in.getText());
            case 11 -> new MemberGone(group, in.getText());
            case 12 -> new TargetSet(group, in.getInt(), getTargets(in));
            case 13 -> new RegexResolved(group, in.getText(), getStrings(in));
            default -> throw new BrokenInvariantException("group event of kind " + kind);
        };
    }

    static Phase getPhase(ByteReader in) {
        int ordinal = in.getByte();
        if (ordinal < 0 || ordinal >= PHASES.length) {
            throw new BrokenInvariantException("member in phase " + ordinal);
        }
        return PHASES[ordinal];
    }

    static void putProfile(ByteWriter out, ConsumerProfile profile) {
        out.putOptionalText(profile.instanceId());
        out.putOptionalText(profile.rackId());
        out.putText(profile.clientId());
        out.putText(profile.clientHost());
        out.putInt(profile.rebalanceTimeoutMs());
        out.putOptionalText(profile.assignor());
        putStrings(out, profile.topics());
        out.putOptionalText(profile.regex());
        out.putByte(profile.isClassic() ? 1 : 0);
        profile.classic().ifPresent(classic -> {
            out.putInt(classic.sessionTimeoutMs());
            GroupEventCodec.putProtocols(out, classic.protocols());
        });
    }

    static ConsumerProfile getProfile(ByteReader in) {
        return new ConsumerProfile(
                in.getOptionalText(),
                in.getOptionalText(),
                in.getText(),
                in.getText(),
                in.getInt(),
                in.getOptionalText(),
                getStrings(in),
                in.getOptionalText(),
                in.getByte() == 0 ? Optional.empty() : Optional.of(getClassic(in)));
    }

    private static ConsumerProfile.Classic getClassic(ByteReader in) {
        int sessionTimeoutMs = in.getInt();
        List<Protocol> protocols = GroupEventCodec.getProtocols(in);
        return new ConsumerProfile.Classic(sessionTimeoutMs, protocols);
    }

    static void putPartitions(ByteWriter out, PartitionSet partitions) {
        out.putInt(partitions.topics().size());
        for (TopicId topic : partitions.topics()) {
            out.putLong(topic.high());
            out.putLong(topic.low());
            int[] ofTopic = partitions.partitions(topic);
            out.putInt(ofTopic.length);
            for (int partition : ofTopic) {
                out.putInt(partition);
                out.putInt(partitions.epochOf(topic, partition));
            }
        }
    }

    static PartitionSet getPartitions(ByteReader in) {
        PartitionSet.Builder builder = new PartitionSet.Builder();
        int topicCount = in.getCount(1);
        for (int i = 0; i < topicCount; i++) {
            TopicId topic = new TopicId(in.getLong(), in.getLong());
            int count = in.getCount(1);
            for (int j = 0; j < count; j++) {
                builder.add(topic, in.getInt(), in.getInt());
            }
        }
        return builder.build();
    }

    static void putTargets(ByteWriter out, Map<String, PartitionSet> targets) {
        out.putInt(targets.size());
        targets.forEach((memberId, target) -> {
            out.putText(memberId);
            putPartitions(out, target);
        });
    }

    static Map<String, PartitionSet> getTargets(ByteReader in) {
        int count = in.getCount(1);
        Map<String, PartitionSet> targets = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            targets.put(in.getText(), getPartitions(in));
        }
        return targets;
    }

    static void putStrings(ByteWriter out, List<String> strings) {
        out.putInt(strings.size());
        strings.forEach(out::putText);
    }

    static List<String> getStrings(ByteReader in) {
        int count = in.getCount(1);
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            strings.add(in.getText());
        }
        return strings;
    }
}
