package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;

/** The replicated state of one delivery group in one partition. Owner: the shard's apply thread. */
final class StoredGroup {
    private final int number;
    private final DeliveryGroup id;
    private final RowTable rows = new RowTable();
    private final Members members = new Members();
    private long position;
    private long wallOffsetMs;

    StoredGroup(int number, DeliveryGroup id, long position) {
        this.number = number;
        this.id = id;
        this.position = position;
    }

    /** How events name it. */
    int number() {
        return number;
    }

    DeliveryGroup id() {
        return id;
    }

    /** Everything below it without a row is settled. */
    long position() {
        return position;
    }

    void moveTo(long newPosition) {
        position = newPosition;
    }

    /** Wall time less shard time, as the times of records say that nobody had yet. */
    long wallOffsetMs() {
        return wallOffsetMs;
    }

    void setWallOffsetMs(long newOffsetMs) {
        wallOffsetMs = newOffsetMs;
    }

    RowTable rows() {
        return rows;
    }

    Members members() {
        return members;
    }

    /** The lowest offset that is not settled. */
    long firstOpenOffset() {
        return rows.isEmpty() ? position : Math.min(position, rows.firstOffset());
    }
}
