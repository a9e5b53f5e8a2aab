package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import java.nio.ByteBuffer;
import java.util.Collection;

/** Events of delivery groups, format 1; {@link RowChanges} writes the one that matters most, {@link SlotState} reads all. */
final class DeliveryEvents {
    static final int FORMAT = 1;

    /** {@code group | kind of deliveries 1 | name | topic id 16 | partition | position}. */
    static final int GROUP_OPENED = 1;

    /** See {@link RowChanges}. */
    static final int ROWS_CHANGED = 2;

    /** {@code group}. */
    static final int GROUP_DELETED = 3;

    /** {@code group | number | name}. */
    static final int MEMBER_ADDED = 4;

    /** {@code group | count | numbers}. */
    static final int MEMBERS_FORGOTTEN = 5;

    /** {@code group | shard time}: everything acquired is available. */
    static final int VOIDED = 6;

    /** {@code group | position}: no rows any more. */
    static final int RESET = 7;

    /** {@code group | wall time less shard time (signed)}: the times of records that nobody had yet move by the difference. */
    static final int CLOCK_SET = 8;

    private static final int EVENT_BYTES = 64;

    private DeliveryEvents() {}

    static ByteBuffer opened(int number, DeliveryGroup id, long position) {
        DeltaWriter out = begin(GROUP_OPENED, number);
        putId(out, id);
        return out.putUnsigned(position).take();
    }

    static ByteBuffer deleted(StoredGroup group) {
        return begin(GROUP_DELETED, group.number()).take();
    }

    static ByteBuffer memberAdded(StoredGroup group, int number, String name) {
        return begin(MEMBER_ADDED, group.number())
                .putUnsigned(number)
                .putText(name)
                .take();
    }

    static ByteBuffer membersForgotten(StoredGroup group, Collection<Integer> numbers) {
        DeltaWriter out = begin(MEMBERS_FORGOTTEN, group.number()).putUnsigned(numbers.size());
        numbers.forEach(out::putUnsigned);
        return out.take();
    }

    static ByteBuffer voided(StoredGroup group, long nowMs) {
        return begin(VOIDED, group.number()).putUnsigned(nowMs).take();
    }

    static ByteBuffer clockSet(StoredGroup group, long wallOffsetMs) {
        return begin(CLOCK_SET, group.number()).putSigned(wallOffsetMs).take();
    }

    static ByteBuffer reset(StoredGroup group, long position) {
        return begin(RESET, group.number()).putUnsigned(position).take();
    }

    private static DeltaWriter begin(int kind, int group) {
        return new DeltaWriter(EVENT_BYTES).putByte(FORMAT).putByte(kind).putUnsigned(group);
    }

    static void putId(DeltaWriter out, DeliveryGroup id) {
        out.putByte(id.kind().code())
                .putText(id.name())
                .putSigned(id.topicId().high())
                .putSigned(id.topicId().low())
                .putUnsigned(id.partition());
    }

    static DeliveryGroup getId(DeltaReader in) {
        int code = in.getByte();
        DeliveryKind kind = DeliveryKind.find(code)
                .orElseThrow(() -> new BrokenInvariantException("a delivery group has unknown kind " + code));
        String name = in.getText();
        TopicId topicId = new TopicId(in.getSigned(), in.getSigned());
        return new DeliveryGroup(kind, name, topicId, in.getInt());
    }
}
