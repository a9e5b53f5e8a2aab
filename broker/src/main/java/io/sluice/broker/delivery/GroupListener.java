package io.sluice.broker.delivery;

import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import org.jspecify.annotations.Nullable;

/** Wakes who waits for a group when its partition grows: one command for however many appends. Shard's apply thread. */
final class GroupListener implements OpenPartition.Listener {
    private final DeliverySlot slot;
    private final int group;
    private final OpenPartition partition;

    GroupListener(DeliverySlot slot, int group, OpenPartition partition) {
        this.slot = slot;
        this.group = group;
        this.partition = partition;
    }

    @Override
    public void grew() {
        Desk desk = desk();
        if (desk != null && desk.orderWake()) {
            partition.runner().submit(slot, new Wake(group, Hints.NONE));
        }
    }

    @Override
    public void closed() {
        StoredGroup stored = slot.state().find(group);
        Desk desk = stored == null ? null : slot.deskIfAny(stored);
        if (stored != null && desk != null) {
            desk.close(slot.partitions().absence(stored.id()));
        }
    }

    private @Nullable Desk desk() {
        StoredGroup stored = slot.state().find(group);
        return stored == null ? null : slot.deskIfAny(stored);
    }

    /** What a look at the log found. */
    record Looked(int group, long offset, boolean withKeys, LogView.Spans spans) implements Command<DeliverySlot> {
        @Override
        public void decide(DeliverySlot slot, Decision decision, long nowMs) {
            StoredGroup stored = slot.state().find(group);
            Desk desk = stored == null ? null : slot.deskIfAny(stored);
            if (desk != null) {
                desk.knownSpans().learn(offset, withKeys, spans);
                desk.looked();
            }
        }

        @Override
        public void refused(ErrorCode reason) {
            // Who waits for it went on when the leader stopped.
        }
    }

    /** A look at who waits. */
    record Wake(int group, Hints hints) implements Command<DeliverySlot> {
        @Override
        public void decide(DeliverySlot slot, Decision decision, long nowMs) {
            StoredGroup stored = slot.state().find(group);
            if (stored == null) {
                return;
            }
            slot.desk(stored).wakeArrived();
            OpenPartition partition = slot.partitions().find(stored.id());
            if (partition != null) {
                slot.turn(decision, nowMs).serve(stored, partition, hints);
            }
        }

        @Override
        public void refused(ErrorCode reason) {
            // Who waits was told when the leader stopped.
        }
    }
}
