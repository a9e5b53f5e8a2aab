package io.sluice.broker.cluster;

import io.sluice.broker.cluster.ClusterCommand.ChangeStage;
import io.sluice.broker.cluster.ClusterCommand.Confirm;
import io.sluice.broker.cluster.ClusterCommand.EndSlotMove;
import io.sluice.broker.cluster.ClusterCommand.Found;
import io.sluice.broker.cluster.ClusterCommand.Join;
import io.sluice.broker.cluster.ClusterCommand.Prefer;
import io.sluice.broker.cluster.ClusterCommand.RaiseLevel;
import io.sluice.broker.cluster.ClusterCommand.Register;
import io.sluice.broker.cluster.ClusterCommand.Report;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.BrokenInvariantException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Commands about the cluster on their way between nodes: type 1 and its fields in the order of the record, written as in
 * events.
 */
final class ClusterCommandCodec {
    private static final int FOUND = 1;
    private static final int JOIN = 2;
    private static final int REGISTER = 3;
    private static final int CHANGE_STAGE = 4;
    private static final int CONFIRM = 5;
    private static final int REPORT = 6;
    private static final int PREFER = 7;
    private static final int RAISE_LEVEL = 8;
    private static final int END_SLOT_MOVE = 9;
    private static final int GROUP_BYTES_LEAST = 8;

    private ClusterCommandCodec() {}

    static void write(ByteWriter out, ClusterCommand command) {
        switch (command) {
            case Found found -> {
                ClusterCodec.putNode(out.putByte(FOUND), found.node());
                out.putInt(found.groups().size());
                new TreeMap<>(found.groups())
                        .forEach((shard, members) -> ClusterCodec.putNodes(out.putInt(shard), members));
                out.putInt(found.replicationFactor());
            }
            case Join join -> ClusterCodec.putNode(out.putByte(JOIN), join.node());
            case Register register -> ClusterCodec.putNode(out.putByte(REGISTER), register.node());
            case ChangeStage change ->
                ClusterCodec.putStage(out.putByte(CHANGE_STAGE).putInt(change.nodeId()), change.stage());
            case Confirm confirm ->
                ClusterCodec.putNodes(out.putByte(CONFIRM).putInt(confirm.shardId()), confirm.members());
            case Report report ->
                out.putByte(REPORT)
                        .putInt(report.shardId())
                        .putInt(report.nodeId())
                        .putLong(report.term());
            case Prefer prefer -> out.putByte(PREFER).putInt(prefer.shardId()).putInt(prefer.nodeId());
            case RaiseLevel raise -> out.putByte(RAISE_LEVEL).putInt(raise.level());
            case EndSlotMove end ->
                out.putByte(END_SLOT_MOVE).putLong(end.number()).putByte(end.hasArrived() ? 1 : 0);
        }
    }

    static ClusterCommand read(ByteReader in) {
        int type = in.getByte();
        return switch (type) {
            case FOUND -> {
                NodeRecord node = ClusterCodec.getNode(in);
                Map<Integer, List<Integer>> groups = new TreeMap<>();
                for (int left = in.getCount(GROUP_BYTES_LEAST); left > 0; left--) {
                    int shard = in.getInt();
                    groups.put(shard, ClusterCodec.getNodes(in));
                }
                yield new Found(node, groups, in.getInt());
            }
            case JOIN -> new Join(ClusterCodec.getNode(in));
            case REGISTER -> new Register(ClusterCodec.getNode(in));
            case CHANGE_STAGE -> new ChangeStage(in.getInt(), ClusterCodec.getStage(in));
            case CONFIRM -> new Confirm(in.getInt(), ClusterCodec.getNodes(in));
            case REPORT -> new Report(in.getInt(), in.getInt(), in.getLong());
            case PREFER -> new Prefer(in.getInt(), in.getInt());
            case RAISE_LEVEL -> new RaiseLevel(in.getInt());
            case END_SLOT_MOVE -> new EndSlotMove(in.getLong(), in.getByte() == 1);
            default -> throw new BrokenInvariantException("cluster command of unknown type " + type);
        };
    }
}
