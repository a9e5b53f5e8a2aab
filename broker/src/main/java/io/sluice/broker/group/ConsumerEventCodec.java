package io.sluice.broker.group;

import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.group.ConsumerGroupEvent.EpochSet;
import io.sluice.broker.group.ConsumerGroupEvent.MemberGone;
import io.sluice.broker.group.ConsumerGroupEvent.MemberPlaced;
import io.sluice.broker.group.ConsumerGroupEvent.MemberReplaced;
import io.sluice.broker.group.ConsumerGroupEvent.MemberSet;
import io.sluice.broker.group.ConsumerGroupEvent.RegexResolved;
import io.sluice.broker.group.ConsumerGroupEvent.TargetSet;
import io.sluice.broker.group.ConsumerMember.Phase;
import io.sluice.broker.group.assign.PartitionSet;
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

    static void put(FieldWriter out, ConsumerGroupEvent event) {
        out.putByte(kindOf(event));
        out.putString(event.groupId());
        switch (event) {
            case EpochSet e -> {
                out.putInt(e.epoch());
                out.putLong(e.subscriptionHash());
                out.putLong(e.timeMs());
            }
            case MemberSet e -> {
                out.putString(e.memberId());
                putProfile(out, e.profile());
            }
            case MemberPlaced e -> {
                out.putString(e.memberId());
                out.putInt(e.epoch());
                out.putInt(e.previousEpoch());
                out.putByte(e.phase().ordinal());
                putPartitions(out, e.assigned());
                putPartitions(out, e.revoking());
            }
            case MemberReplaced e -> {
                out.putString(e.memberId());
                out.putString(e.successorId());
            }
            case MemberGone e -> out.putString(e.memberId());
            case TargetSet e -> {
                out.putInt(e.epoch());
                putTargets(out, e.changed());
            }
            case RegexResolved e -> {
                out.putString(e.regex());
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

    static ConsumerGroupEvent get(int kind, FieldReader in) {
        String group = in.getString();
        return switch (kind) {
            case 7 -> new EpochSet(group, in.getInt(), in.getLong(), in.getLong());
            case 8 -> new MemberSet(group, in.getString(), getProfile(in));
            case 9 ->
                new MemberPlaced(
                        group,
                        in.getString(),
                        in.getInt(),
                        in.getInt(),
                        getPhase(in),
                        getPartitions(in),
                        getPartitions(in));
            case 10 -> new MemberReplaced(group, in.getString(), in.getString());
            case 11 -> new MemberGone(group, in.getString());
            case 12 -> new TargetSet(group, in.getInt(), getTargets(in));
            case 13 -> new RegexResolved(group, in.getString(), getStrings(in));
            default -> throw new BrokenInvariantException("group event of kind " + kind);
        };
    }

    static Phase getPhase(FieldReader in) {
        int ordinal = in.getByte();
        if (ordinal < 0 || ordinal >= PHASES.length) {
            throw new BrokenInvariantException("member in phase " + ordinal);
        }
        return PHASES[ordinal];
    }

    static void putProfile(FieldWriter out, ConsumerProfile profile) {
        out.putOptional(profile.instanceId());
        out.putOptional(profile.rackId());
        out.putString(profile.clientId());
        out.putString(profile.clientHost());
        out.putInt(profile.rebalanceTimeoutMs());
        out.putOptional(profile.assignor());
        putStrings(out, profile.topics());
        out.putOptional(profile.regex());
        out.putByte(profile.isClassic() ? 1 : 0);
        profile.classic().ifPresent(classic -> {
            out.putInt(classic.sessionTimeoutMs());
            GroupEventCodec.putProtocols(out, classic.protocols());
        });
    }

    static ConsumerProfile getProfile(FieldReader in) {
        return new ConsumerProfile(
                in.getOptional(),
                in.getOptional(),
                in.getString(),
                in.getString(),
                in.getInt(),
                in.getOptional(),
                getStrings(in),
                in.getOptional(),
                in.getByte() == 0 ? Optional.empty() : Optional.of(getClassic(in)));
    }

    private static ConsumerProfile.Classic getClassic(FieldReader in) {
        int sessionTimeoutMs = in.getInt();
        List<Protocol> protocols = GroupEventCodec.getProtocols(in);
        return new ConsumerProfile.Classic(sessionTimeoutMs, protocols);
    }

    static void putPartitions(FieldWriter out, PartitionSet partitions) {
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

    static PartitionSet getPartitions(FieldReader in) {
        PartitionSet.Builder builder = new PartitionSet.Builder();
        int topicCount = in.getCount();
        for (int i = 0; i < topicCount; i++) {
            TopicId topic = new TopicId(in.getLong(), in.getLong());
            int count = in.getCount();
            for (int j = 0; j < count; j++) {
                builder.add(topic, in.getInt(), in.getInt());
            }
        }
        return builder.build();
    }

    static void putTargets(FieldWriter out, Map<String, PartitionSet> targets) {
        out.putInt(targets.size());
        targets.forEach((memberId, target) -> {
            out.putString(memberId);
            putPartitions(out, target);
        });
    }

    static Map<String, PartitionSet> getTargets(FieldReader in) {
        int count = in.getCount();
        Map<String, PartitionSet> targets = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            targets.put(in.getString(), getPartitions(in));
        }
        return targets;
    }

    static void putStrings(FieldWriter out, List<String> strings) {
        out.putInt(strings.size());
        strings.forEach(out::putString);
    }

    static List<String> getStrings(FieldReader in) {
        int count = in.getCount();
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            strings.add(in.getString());
        }
        return strings;
    }
}
