package io.sluice.broker;

import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.EntryItem;
import io.sluice.replication.runtime.EventBatch;

/** A decision of a machine that neither appends nor attaches records, with room for all that it emits. */
public abstract class EventsOnly implements Decision {
    @Override
    public void append(EventBatch.Append append) {
        throw new AssertionError("nothing is appended here");
    }

    @Override
    public void attach(EntryItem item) {
        throw new AssertionError("nothing is attached here");
    }

    @Override
    public void expect(int lengthBytes) {}

    @Override
    public boolean hasRoom() {
        return true;
    }
}
