package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.EntryItems;
import io.sluice.replication.PartitionReplica.Judgement;
import io.sluice.replication.runtime.Decision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the commands of one journal entry add to streams and trim from them: all entries of a stream become one record batch or a
 * few, however many connections they came from. Owner: the shard's apply thread.
 */
final class GatheredEntries {
    private final Map<TopicId, Gathering> byTopic = new LinkedHashMap<>();

    private static final class Gathering {
        private final List<GatheredBatch> batches = new ArrayList<>();
        private boolean isTrimmed;
    }

    /** Adds the entry that gets the offset; answers the bytes it takes. */
    int add(TopicId topicId, long offset, EntryId id, EntryCodec.Encoded entry, long wallMs) {
        Gathering gathering = byTopic.computeIfAbsent(topicId, same -> new Gathering());
        EntryBatch batch = open(gathering, offset, wallMs);
        Check.check(batch.endOffset() == offset, "an entry for offset %d follows %d", offset, batch.endOffset());
        return batch.add(id, entry, wallMs);
    }

    private static EntryBatch open(Gathering gathering, long offset, long wallMs) {
        if (!gathering.batches.isEmpty() && gathering.batches.getLast() instanceof EntryBatch last && !last.isFull()) {
            return last;
        }
        EntryBatch next = new EntryBatch(offset, wallMs);
        gathering.batches.add(next);
        return next;
    }

    /** Adds the batch of a producer, which has its place. */
    void add(TopicId topicId, ProducedBatch batch) {
        byTopic.computeIfAbsent(topicId, same -> new Gathering()).batches.add(batch);
    }

    /** What those of the batch's producer among these make of it; empty if there are none. */
    Optional<Judgement> judge(TopicId topicId, ProducedBatch batch) {
        Gathering gathering = byTopic.get(topicId);
        if (gathering == null) {
            return Optional.empty();
        }
        List<ProducedBatch> known = gathering.batches.stream()
                .filter(ProducedBatch.class::isInstance)
                .map(ProducedBatch.class::cast)
                .filter(each -> each.producerId() == batch.producerId())
                .toList();
        return known.isEmpty() ? Optional.empty() : judge(known, batch);
    }

    private static Optional<Judgement> judge(List<ProducedBatch> known, ProducedBatch batch) {
        ProducedBatch newest = known.getLast();
        if (batch.producerEpoch() != newest.producerEpoch()) {
            boolean isNewer = batch.producerEpoch() > newest.producerEpoch();
            return Optional.of(
                    !isNewer
                            ? new Judgement(ErrorCode.INVALID_PRODUCER_EPOCH, -1)
                            : batch.firstSequence() == 0 ? Judgement.NEW : Judgement.OUT_OF_ORDER);
        }
        Optional<ProducedBatch> same = known.stream()
                .filter(each ->
                        each.firstSequence() == batch.firstSequence() && each.lastSequence() == batch.lastSequence())
                .findFirst();
        if (same.isPresent()) {
            return Optional.of(new Judgement(ErrorCode.NONE, same.get().baseOffset()));
        }
        boolean isNext = batch.firstSequence() == ((newest.lastSequence() + 1) & Integer.MAX_VALUE);
        return Optional.of(isNext ? Judgement.NEW : Judgement.OUT_OF_ORDER);
    }

    /** The log of the stream begins later. */
    void trimmed(TopicId topicId) {
        byTopic.computeIfAbsent(topicId, same -> new Gathering()).isTrimmed = true;
    }

    /** The stream's entries from the offset on are not added after all. */
    void cutTo(TopicId topicId, long offset) {
        Gathering gathering = byTopic.get(topicId);
        if (gathering != null) {
            gathering.batches.forEach(batch -> batch.cutTo(offset));
            gathering.batches.removeIf(batch -> batch.endOffset() == batch.baseOffset());
        }
    }

    /** Offset of the first entry of the stream that is not applied yet, {@code endOffset} if there is none. */
    long firstOffset(TopicId topicId, long endOffset) {
        Gathering gathering = byTopic.get(topicId);
        return gathering == null || gathering.batches.isEmpty()
                ? endOffset
                : gathering.batches.getFirst().baseOffset();
    }

    /** The place of the id among these entries; null if it lies before them. */
    @Nullable
    Place find(TopicId topicId, EntryId id) {
        Gathering gathering = byTopic.get(topicId);
        if (gathering == null || gathering.batches.isEmpty()) {
            return null;
        }
        GatheredBatch first = gathering.batches.getFirst();
        if (!id.isAfter(first.id(first.baseOffset()))) {
            return id.equals(first.id(first.baseOffset())) ? new Place(first.baseOffset(), Optional.of(id)) : null;
        }
        for (GatheredBatch batch : gathering.batches) {
            long offset = batch.find(id);
            if (offset < batch.endOffset()) {
                return new Place(offset, Optional.of(batch.id(offset)));
            }
        }
        return new Place(gathering.batches.getLast().endOffset(), Optional.empty());
    }

    /** The id of the entry at the offset if it is one of these. */
    Optional<EntryId> idAt(TopicId topicId, long offset) {
        Gathering gathering = byTopic.get(topicId);
        if (gathering == null) {
            return Optional.empty();
        }
        return gathering.batches.stream()
                .filter(batch -> offset >= batch.baseOffset() && offset < batch.endOffset())
                .findFirst()
                .map(batch -> batch.id(offset));
    }

    /** Puts everything into the entry and begins anew. */
    void attachTo(Decision decision, StreamMachine machine) {
        byTopic.forEach((topicId, gathering) -> {
            gathering.batches.forEach(batch -> decision.attach(EntryItems.append(topicId, 0, batch.build())));
            StreamState state = machine.find(topicId);
            if (gathering.isTrimmed && state != null) {
                decision.attach(EntryItems.control(new ControlEntry.AdvanceStart(topicId, 0, state.firstOffset())));
            }
        });
        byTopic.clear();
    }

    void clear() {
        byTopic.clear();
    }
}
