package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.DecideRuntime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Applies committed entries: the only place where a shard's replicated state changes. Reads the entry and that state,
 * nothing else; total. Apply thread only (during recovery the thread that opens the shard).
 */
final class EntryApplier {
    private final PartitionTable table;
    private final DecideRuntime runtime;
    private final SegmentWriter segments;
    private final TailMemory memory;
    private final Outcomes outcomes = new Outcomes();
    private final List<Runnable> controlAnswers = new ArrayList<>();
    private final List<PartitionReplica> changed = new ArrayList<>();
    private final List<PartitionReplica> dropped = new ArrayList<>();
    private final BiConsumer<PartitionReplica, List<Path>> obsoleteFiles;
    private volatile long timeMs;
    private long entryTerm;

    EntryApplier(
            PartitionTable table,
            DecideRuntime runtime,
            SegmentWriter segments,
            TailMemory memory,
            BiConsumer<PartitionReplica, List<Path>> obsoleteFiles) {
        this.table = table;
        this.runtime = runtime;
        this.segments = segments;
        this.memory = memory;
        this.obsoleteFiles = obsoleteFiles;
    }

    /** Shard time of the newest applied entry; any thread. */
    long timeMs() {
        return timeMs;
    }

    void restoreTime(long restoredMs) {
        timeMs = restoredMs;
    }

    /** Another state takes the place of what was applied here. */
    void restart(long restoredMs) {
        timeMs = restoredMs;
        changed.clear();
        dropped.clear();
    }

    /** Applies one entry of the term; {@code isOwn} if it was submitted here and its completions wait. */
    void apply(PendingEntry entry, long term, boolean isOwn) {
        entryTerm = term;
        ByteBuffer body = entry.body();
        Check.check(body.get(0) == EntryLayout.APPLY_VERSION, "an entry has apply version %d", body.get(0));
        int itemCount = body.getInt(EntryLayout.ITEM_COUNT);
        timeMs = Math.max(timeMs, body.getLong(EntryLayout.TIME));
        memory.use(entry.chunk());
        int position = EntryLayout.HEADER_BYTES;
        for (int i = 0; i < itemCount; i++) {
            int lengthBytes = body.getInt(position + 4);
            int content = position + EntryLayout.ITEM_HEADER_BYTES;
            Completion completion = isOwn ? entry.completions().get(i) : Completion.None.INSTANCE;
            applyItem(body.get(position), body.slice(content, lengthBytes), entry.chunk(), isOwn, completion);
            position = content + lengthBytes;
        }
    }

    private void applyItem(byte type, ByteBuffer content, Chunk chunk, boolean isOwn, Completion completion) {
        switch (type) {
            case EntryLayout.APPEND, EntryLayout.IMPORT, EntryLayout.PRODUCE ->
                applyBatch(type, content, chunk, completion);
            case EntryLayout.EVENT -> applyEvent(content, isOwn, completion);
            case EntryLayout.CONTROL -> applyControl(ControlCodec.decode(content), completion);
            default -> Check.check(false, "an entry has an item of type %d, which this version does not know", type);
        }
    }

    private void applyBatch(byte type, ByteBuffer content, Chunk chunk, Completion completion) {
        PartitionReplica replica = replica(content, completion);
        int header = EntryLayout.APPEND_HEADER_BYTES;
        ByteBuffer batch = content.slice(header, content.limit() - header);
        PartitionReplica.Applied applied = applyBatch(type, replica, batch, chunk);
        if (replica != null && applied.hasChanged()) {
            changed(replica);
        }
        if (replica != null && applied.unwrittenBytes() > 0) {
            wakeSegments(replica, applied.unwrittenBytes(), batch.limit());
        }
        if (completion instanceof Completion.Append append) {
            outcomes.add(append, applied.error(), applied.baseOffset());
        }
    }

    private PartitionReplica.Applied applyBatch(
            byte type, @Nullable PartitionReplica replica, ByteBuffer batch, Chunk chunk) {
        if (replica == null) {
            return PartitionReplica.Applied.rejected(ErrorCode.UNKNOWN_TOPIC_ID);
        }
        return type == EntryLayout.IMPORT
                ? replica.applyImport(batch, chunk, timeMs)
                : replica.apply(batch, chunk, type == EntryLayout.PRODUCE, entryTerm, timeMs);
    }

    /** The table's, as on every other replica: what the caller meant may have left and come back since. */
    private @Nullable PartitionReplica replica(ByteBuffer content, Completion completion) {
        return completion instanceof Completion.Append append
                        && !append.replica().isDropped()
                ? append.replica()
                : table.find(EntryLayout.topicId(content, 0), content.getInt(0));
    }

    private void wakeSegments(PartitionReplica replica, long unwrittenBytes, int addedBytes) {
        if (unwrittenBytes == addedBytes) {
            segments.becameDirty(replica);
        }
        boolean crossed =
                unwrittenBytes / SegmentWriter.RUN_BYTES != (unwrittenBytes - addedBytes) / SegmentWriter.RUN_BYTES;
        if (crossed) {
            segments.becameFull(replica);
        }
    }

    private void applyEvent(ByteBuffer content, boolean isOwn, Completion completion) {
        if (completion instanceof Completion.Events events) {
            runtime.committed(events.batch());
        } else if (!isOwn) {
            int header = EntryLayout.EVENT_HEADER_BYTES;
            runtime.applyReplayed(content.getInt(0), content.slice(header, content.limit() - header));
        }
    }

    private void applyControl(ControlEntry control, Completion completion) {
        ErrorCode result = change(control);
        if (completion instanceof Completion.Control waiting) {
            controlAnswers.add(() -> waiting.future().complete(result));
        }
    }

    private ErrorCode change(ControlEntry control) {
        return switch (control) {
            case ControlEntry.Open open -> {
                table.open(open).forEach(this::changed);
                yield ErrorCode.NONE;
            }
            case ControlEntry.Configure configure -> {
                table.configure(configure);
                yield ErrorCode.NONE;
            }
            case ControlEntry.Drop drop -> drop(drop.topicId());
            case ControlEntry.AdvanceStart advance -> advanceStart(advance);
            case ControlEntry.ExpireProducers expire -> expireProducers(expire);
            case ControlEntry.HistoryLost lost -> historyLost(lost);
            case ControlEntry.Arrive arrive -> {
                table.arrive(arrive).ifPresent(this::exchanged);
                yield ErrorCode.NONE;
            }
            case ControlEntry.Leave leave -> {
                table.leave(leave).ifPresent(this::exchanged);
                yield ErrorCode.NONE;
            }
            case ControlEntry.Seal seal ->
                changed(seal.topicId(), seal.partition(), replica -> replica.seal(seal.move()));
            case ControlEntry.Unseal unseal ->
                changed(unseal.topicId(), unseal.partition(), replica -> replica.unseal(unseal.move()));
            case ControlEntry.Adopt adopt -> adopt(adopt);
        };
    }

    private ErrorCode drop(TopicId topicId) {
        table.drop(topicId).forEach(this::dropped);
        return ErrorCode.NONE;
    }

    private void dropped(PartitionReplica replica) {
        replica.drop();
        dropped.add(replica);
        segments.execute(() -> obsoleteFiles.accept(replica, replica.log().forgetAll()));
    }

    private void exchanged(PartitionTable.Exchange exchange) {
        exchange.before().ifPresent(this::dropped);
        changed(exchange.made());
    }

    private ErrorCode adopt(ControlEntry.Adopt adopt) {
        ErrorCode adopted = changed(adopt.topicId(), adopt.partition(), replica -> replica.adopt(adopt));
        return adopted == ErrorCode.NONE
                ? advanceStart(new ControlEntry.AdvanceStart(adopt.topicId(), adopt.partition(), adopt.startOffset()))
                : adopted;
    }

    private ErrorCode changed(TopicId topicId, int partition, Predicate<PartitionReplica> change) {
        PartitionReplica replica = table.find(topicId, partition);
        if (replica == null) {
            return ErrorCode.UNKNOWN_TOPIC_ID;
        }
        if (!change.test(replica)) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        changed(replica);
        return ErrorCode.NONE;
    }

    /** Every partition is gone, and with it its files at once: no checkpoint will name them again. */
    void dropEverything() {
        for (PartitionTable.TopicEntry topic : List.copyOf(table.topics())) {
            for (PartitionReplica replica : table.drop(topic.id())) {
                replica.drop();
                segments.execute(() -> replica.log().deleteFiles(replica.log().forgetAll()));
            }
        }
        segments.execute(table.packs()::clear);
    }

    private ErrorCode advanceStart(ControlEntry.AdvanceStart advance) {
        PartitionReplica replica = table.find(advance.topicId(), advance.partition());
        if (replica != null && !replica.isHome()) {
            // What it says now is what the other shard gets, or has got.
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        if (replica != null && replica.advanceStart(advance.startOffset())) {
            changed(replica);
            // Not the asked offset, which may lie above records that are appended before the task has its turn.
            long startOffset = replica.startOffset();
            segments.execute(() -> obsoleteFiles.accept(replica, replica.log().forgetBelow(startOffset)));
        }
        return table.missing(advance.topicId(), advance.partition());
    }

    private ErrorCode expireProducers(ControlEntry.ExpireProducers expire) {
        PartitionReplica replica = table.find(expire.topicId(), expire.partition());
        if (replica != null) {
            replica.expireProducers(expire.idleSinceMs());
            changed(replica);
        }
        return table.missing(expire.topicId(), expire.partition());
    }

    private ErrorCode historyLost(ControlEntry.HistoryLost lost) {
        for (int index = lost.firstPartition(); index < lost.firstPartition() + lost.count(); index++) {
            PartitionReplica replica = table.find(lost.topicId(), index);
            if (replica != null) {
                replica.historyLost();
                changed(replica);
            }
        }
        return ErrorCode.NONE;
    }

    private void changed(PartitionReplica replica) {
        if (replica.markChanged()) {
            changed.add(replica);
        }
    }

    /** An own entry that will never commit: everybody who waits is told. */
    void reject(PendingEntry entry, ErrorCode reason) {
        for (Completion completion : entry.completions()) {
            switch (completion) {
                case Completion.Append append -> outcomes.add(append, reason, -1);
                case Completion.Control control ->
                    controlAnswers.add(() -> control.future().complete(reason));
                case Completion.Events events -> runtime.rejected(events.batch(), reason);
                case Completion.None none -> {}
            }
        }
    }

    /** It is handed over with all other answers of this round. */
    void answer(Executor executor, Runnable answer) {
        outcomes.add(executor, answer);
    }

    /** Tells everybody whose entry was applied since the last call. */
    void handOver() {
        outcomes.handOver();
        if (!controlAnswers.isEmpty()) {
            List<Runnable> answers = List.copyOf(controlAnswers);
            controlAnswers.clear();
            answers.forEach(Runnable::run);
        }
    }

    /** Partitions changed since the last call, those dropped left out. */
    List<PartitionReplica> takeChanged() {
        List<PartitionReplica> taken = new ArrayList<>(changed);
        taken.removeIf(PartitionReplica::isDropped);
        changed.clear();
        return taken;
    }

    /** Partitions dropped since the last call. */
    List<PartitionReplica> takeDropped() {
        List<PartitionReplica> taken = List.copyOf(dropped);
        dropped.clear();
        return taken;
    }
}
