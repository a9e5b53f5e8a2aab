package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand;
import io.sluice.broker.cluster.SlotTable;
import io.sluice.broker.group.SlotMoves;
import io.sluice.broker.group.stored.GroupSnapshotCodec;
import io.sluice.broker.group.stored.SlotResidence;
import io.sluice.broker.group.stored.StoredGroup;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a slot of groups into its new shard, for the leader of that. Every step is one that changes nothing if it comes again, so
 * that another leader goes on where this one ended. Blocks; one thread.
 */
record SlotCopy(SlotTable.Move move, SlotPlaces places, SlotSource source) {
    private static final Logger LOG = LoggerFactory.getLogger(SlotCopy.class);

    /** So many bytes of groups an entry takes, or one group. */
    private static final int ENTRY_BYTES = 256 << 10;

    /** Until it is here and the metadata says so, it stays where it was, or somebody has to try again. */
    void run() {
        ErrorCode arrived = arrive();
        if (arrived == ErrorCode.NONE) {
            end(true);
        } else if (arrived == ErrorCode.POLICY_VIOLATION || arrived == ErrorCode.MESSAGE_TOO_LARGE) {
            LOG.warn("slot={} of groups stays in shard={}: it holds too much to move", move.slot(), move.from());
            end(false);
        }
    }

    private void end(boolean hasArrived) {
        var unused = places.run(new ClusterCommand.EndSlotMove(move.number(), hasArrived))
                .join();
    }

    private ErrorCode arrive() {
        SlotMoves slots = places.slots();
        if (slots.residence(move.to(), move.slot()).filter(this::isComplete).isPresent()) {
            return ErrorCode.NONE;
        }
        ErrorCode begun = go(SlotResidence.Step.ARRIVE);
        if (begun != ErrorCode.NONE) {
            return begun;
        }
        Result<LeavingGroups> left =
                GroupsCopy.whole(skipBytes -> source.ask(move, skipBytes).join());
        if (!left.isOk()) {
            return left.error();
        }
        // Groups that are served forget a topic when it is deleted; these were on their way, perhaps, when one was.
        if (!places.catchUp().join()) {
            return ErrorCode.COORDINATOR_NOT_AVAILABLE;
        }
        List<StoredGroup> groups = GroupSnapshotCodec.arrived(left.get().bytes());
        groups.forEach(group -> group.keepTopics(places::hasTopic));
        for (List<StoredGroup> lot : lots(groups)) {
            ErrorCode error = slots.arrive(
                            move.to(),
                            move.slot(),
                            move.number(),
                            lot,
                            left.get().shardTimeMs())
                    .join();
            if (error != ErrorCode.NONE) {
                return error;
            }
        }
        return go(SlotResidence.Step.COMPLETE);
    }

    private boolean isComplete(SlotResidence residence) {
        return residence.stage() == SlotResidence.Stage.ARRIVED && residence.number() == move.number();
    }

    private ErrorCode go(SlotResidence.Step step) {
        return places.slots().go(move.to(), move.slot(), step, move.number()).join();
    }

    private static List<List<StoredGroup>> lots(List<StoredGroup> groups) {
        List<List<StoredGroup>> lots = new ArrayList<>();
        List<StoredGroup> lot = new ArrayList<>();
        int lotBytes = 0;
        for (StoredGroup group : groups) {
            int lengthBytes = GroupSnapshotCodec.lengthBytes(group);
            if (!lot.isEmpty() && lotBytes + lengthBytes > ENTRY_BYTES) {
                lots.add(lot);
                lot = new ArrayList<>();
                lotBytes = 0;
            }
            lot.add(group);
            lotBytes += lengthBytes;
        }
        if (!lot.isEmpty()) {
            lots.add(lot);
        }
        return lots;
    }
}
