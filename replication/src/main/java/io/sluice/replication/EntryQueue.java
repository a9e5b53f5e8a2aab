package io.sluice.replication;

import io.sluice.common.BufferPool;
import io.sluice.common.ErrorCode;
import io.sluice.replication.journal.Submission;
import io.sluice.replication.journal.SubmissionSource;
import io.sluice.replication.runtime.EntryItem;
import io.sluice.replication.runtime.EventBatch;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the journal. Event loops copy batches straight into the memory of the entry that is being filled: the
 * only copy there is. Its lock is a leaf, held for that copy at most.
 */
final class EntryQueue implements SubmissionSource {
    private static final int ENTRY_BYTES_MAX = 1 << 20;
    private static final long CLOSED_WAIT_NS = 5_000_000;

    private final BufferPool pool;
    private final long limitBytes;
    private final LongSupplier timeMs;
    private final ArrayDeque<PendingEntry> sealed = new ArrayDeque<>();
    private final List<Runnable> waitingForRoom = new ArrayList<>();
    private final List<Runnable> waitingForEmpty = new ArrayList<>();
    private int begunEntries;
    private int endedEntries;
    private @Nullable PendingEntry open;
    private @Nullable Chunk chunk;
    private long queuedBytes;
    private boolean takerWaits;
    private boolean closed;
    private boolean refusing;
    private long term = Submission.ANY_TERM;

    EntryQueue(BufferPool pool, long limitBytes, LongSupplier timeMs) {
        this.pool = pool;
        this.limitBytes = limitBytes;
        this.timeMs = timeMs;
    }

    /** Queues a batch of one who can send it again; answers whether it was taken. */
    boolean append(PartitionReplica replica, ByteBuffer batch, Executor executor, AppendCallback callback) {
        return add(EntryLayout.PRODUCE, replica, batch, executor, callback);
    }

    /** Queues a batch that has its offsets; answers whether it was taken. */
    boolean importBatch(PartitionReplica replica, ByteBuffer batch, Executor executor, AppendCallback callback) {
        return add(EntryLayout.IMPORT, replica, batch, executor, callback);
    }

    private synchronized boolean add(
            byte type, PartitionReplica replica, ByteBuffer batch, Executor executor, AppendCallback callback) {
        if (closed || refusing) {
            return false;
        }
        int itemBytes = EntryLayout.ITEM_HEADER_BYTES + EntryLayout.APPEND_HEADER_BYTES + batch.remaining();
        PendingEntry entry = entryWithRoom(itemBytes);
        int position = entry.addItem(itemBytes, new Completion.Append(replica, executor, callback));
        EntryLayout.putBatch(
                entry.chunk().buffer().memory(), position, type, replica.topicId(), replica.index(), batch);
        queued(itemBytes);
        return true;
    }

    /** Queues a change of the partition table; answers whether it was taken. */
    synchronized boolean addControl(ControlEntry control, CompletableFuture<ErrorCode> future) {
        if (closed || refusing) {
            return false;
        }
        ByteBuffer content = ControlCodec.encode(control);
        putItem(EntryLayout.CONTROL, content, new Completion.Control(future));
        return true;
    }

    /**
     * Queues the events of one batch, all in one entry; answers whether they were taken. Nobody is woken for them: the
     * caller commits them itself or calls {@link #announce}.
     */
    synchronized boolean addEvents(EventBatch batch) {
        if (closed || refusing) {
            return false;
        }
        int total = entryBytes(batch);
        PendingEntry entry = entryWithRoom(total);
        for (EntryItem item : batch.items()) {
            int position = entry.addItem(item.lengthBytes(), Completion.None.INSTANCE);
            item.write(entry.chunk().buffer().memory(), position);
        }
        Completion completion = new Completion.Events(batch);
        for (EventBatch.Event event : batch.events()) {
            int lengthBytes = EntryLayout.EVENT_HEADER_BYTES + event.bytes().remaining();
            int position = entry.addItem(EntryLayout.ITEM_HEADER_BYTES + lengthBytes, completion);
            ByteBuffer memory = entry.chunk().buffer().memory();
            EntryLayout.putItemHeader(memory, position, EntryLayout.EVENT, lengthBytes);
            memory.putInt(
                    position + EntryLayout.ITEM_HEADER_BYTES, event.machine().id());
            int content = position + EntryLayout.ITEM_HEADER_BYTES + EntryLayout.EVENT_HEADER_BYTES;
            memory.put(
                    content,
                    event.bytes(),
                    event.bytes().position(),
                    event.bytes().remaining());
            completion = Completion.None.INSTANCE;
        }
        for (EventBatch.Append append : batch.appends()) {
            int itemBytes = EntryLayout.ITEM_HEADER_BYTES
                    + EntryLayout.APPEND_HEADER_BYTES
                    + append.batch().remaining();
            int position = entry.addItem(itemBytes, Completion.None.INSTANCE);
            EntryLayout.putAppend(
                    entry.chunk().buffer().memory(), position, append.topicId(), append.partition(), append.batch());
        }
        queuedBytes += total;
        return true;
    }

    /** Wakes who waits to take. */
    synchronized void announce() {
        if (takerWaits) {
            takerWaits = false;
            notifyAll();
        }
    }

    private static int entryBytes(EventBatch batch) {
        int total = 0;
        for (EntryItem item : batch.items()) {
            total += item.lengthBytes();
        }
        for (EventBatch.Append append : batch.appends()) {
            total += EntryLayout.ITEM_HEADER_BYTES
                    + EntryLayout.APPEND_HEADER_BYTES
                    + append.batch().remaining();
        }
        for (EventBatch.Event event : batch.events()) {
            total += EntryLayout.ITEM_HEADER_BYTES
                    + EntryLayout.EVENT_HEADER_BYTES
                    + event.bytes().remaining();
        }
        return total;
    }

    /** Queues an entry without items of its own, which marks the begin of a leadership. */
    synchronized PendingEntry addMark() {
        PendingEntry mark = open == null ? entryWithRoom(0) : open;
        queued(0);
        return mark;
    }

    /** Takes items from now on, each for that term: what was decided in an earlier one keeps it. */
    synchronized void accept(long newTerm) {
        sealOpen();
        term = newTerm;
        refusing = false;
    }

    /** Takes nothing until somebody leads here again; what is queued goes out, for the journal to reject. */
    synchronized void refuse() {
        sealOpen();
        refusing = true;
    }

    private void putItem(byte type, ByteBuffer content, Completion completion) {
        int itemBytes = EntryLayout.ITEM_HEADER_BYTES + content.remaining();
        PendingEntry entry = entryWithRoom(itemBytes);
        int position = entry.addItem(itemBytes, completion);
        ByteBuffer memory = entry.chunk().buffer().memory();
        EntryLayout.putItemHeader(memory, position, type, content.remaining());
        memory.put(position + EntryLayout.ITEM_HEADER_BYTES, content, content.position(), content.remaining());
        queued(itemBytes);
    }

    private void queued(int itemBytes) {
        queuedBytes += itemBytes;
        announce();
    }

    private PendingEntry entryWithRoom(int itemBytes) {
        PendingEntry entry = open;
        if (entry != null && fits(entry, itemBytes)) {
            return entry;
        }
        sealOpen();
        PendingEntry fresh = new PendingEntry(chunkWithRoom(EntryLayout.HEADER_BYTES + itemBytes), term);
        // Only now: without memory there is no entry, and a stop would wait for its end for ever.
        begunEntries++;
        open = fresh;
        return fresh;
    }

    private static boolean fits(PendingEntry entry, int itemBytes) {
        return entry.lengthBytes() + itemBytes <= ENTRY_BYTES_MAX
                && entry.chunk().roomBytes() >= itemBytes;
    }

    private Chunk chunkWithRoom(int lengthBytes) {
        Chunk current = chunk;
        if (current != null && current.roomBytes() >= lengthBytes) {
            return current;
        }
        if (current != null) {
            current.close();
        }
        Chunk fresh = new Chunk(pool.take(lengthBytes));
        chunk = fresh;
        if (fresh.capacityBytes() == lengthBytes) {
            // Full from the start. Left open it could not be evicted, and apply might wait for just that memory.
            fresh.close();
            chunk = null;
        }
        return fresh;
    }

    private void sealOpen() {
        PendingEntry entry = open;
        if (entry != null) {
            entry.seal(timeMs.getAsLong());
            sealed.add(entry);
            open = null;
        }
    }

    @Override
    public synchronized List<? extends Submission> take(long maxBytes, long waitNs) throws InterruptedException {
        if (sealed.isEmpty() && open == null && waitNs > 0) {
            takerWaits = true;
            TimeUnit.NANOSECONDS.timedWait(this, closed ? Math.min(waitNs, CLOSED_WAIT_NS) : waitNs);
            takerWaits = false;
        }
        List<PendingEntry> taken = new ArrayList<>();
        long bytes = 0;
        while (bytes < maxBytes) {
            if (sealed.isEmpty()) {
                sealOpen();
            }
            PendingEntry entry = sealed.peekFirst();
            if (entry == null || (!taken.isEmpty() && bytes + entry.lengthBytes() > maxBytes)) {
                break;
            }
            taken.add(sealed.removeFirst());
            bytes += entry.lengthBytes();
        }
        return taken;
    }

    @Override
    public synchronized List<? extends Submission> takeOnly(int maxBytes) {
        PendingEntry entry = open;
        if (unfinishedEntries() > 1 || entry == null || entry.lengthBytes() > maxBytes) {
            return List.of();
        }
        sealOpen();
        return List.of(sealed.removeFirst());
    }

    /** Copies an entry that comes from a replay into a chunk, as if it had been queued here. */
    synchronized PendingEntry adopt(ByteBuffer body) {
        int lengthBytes = body.remaining();
        // The entry being filled goes on where it ends: nothing may come to lie there.
        sealOpen();
        PendingEntry entry = new PendingEntry(chunkWithRoom(lengthBytes), Submission.ANY_TERM);
        begunEntries++;
        int position = entry.addItem(lengthBytes - EntryLayout.HEADER_BYTES, Completion.None.INSTANCE);
        int start = position - EntryLayout.HEADER_BYTES;
        entry.chunk().buffer().memory().put(start, body, body.position(), lengthBytes);
        entry.sealAdopted();
        queuedBytes += lengthBytes - EntryLayout.HEADER_BYTES;
        return entry;
    }

    /** An entry is applied or rejected: its bytes count no more. */
    void ended(PendingEntry entry) {
        entry.chunk().entryEnded();
        List<Runnable> wakened = new ArrayList<>();
        synchronized (this) {
            queuedBytes -= entry.lengthBytes() - EntryLayout.HEADER_BYTES;
            endedEntries++;
            if (queuedBytes < limitBytes) {
                wakened.addAll(waitingForRoom);
                waitingForRoom.clear();
            }
            if (unfinishedEntries() == 0) {
                wakened.addAll(waitingForEmpty);
                waitingForEmpty.clear();
            }
        }
        wakened.forEach(Runnable::run);
    }

    synchronized boolean hasRoom() {
        return queuedBytes < limitBytes;
    }

    synchronized long queuedBytes() {
        return queuedBytes;
    }

    void whenRoom(Runnable task) {
        synchronized (this) {
            if (queuedBytes >= limitBytes) {
                waitingForRoom.add(task);
                return;
            }
        }
        task.run();
    }

    /** Runs the task once everything queued has been applied or rejected. */
    void whenEmpty(Runnable task) {
        synchronized (this) {
            if (unfinishedEntries() > 0) {
                waitingForEmpty.add(task);
                return;
            }
        }
        task.run();
    }

    private int unfinishedEntries() {
        return begunEntries - endedEntries;
    }

    /** Takes nothing more; what is queued still goes out, and its memory goes back when it leaves the tail. */
    synchronized void close() {
        closed = true;
        sealOpen();
        Chunk current = chunk;
        if (current != null) {
            current.close();
            chunk = null;
        }
        notifyAll();
    }
}
