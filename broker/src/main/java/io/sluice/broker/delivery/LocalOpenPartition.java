package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.Topic;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.common.HeldBytes;
import io.sluice.log.DamagedLogException;
import io.sluice.log.TimestampedOffset;
import io.sluice.log.batch.BatchHeader;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.RecordCursor;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.AppendListener;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.runtime.CommandRunner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A replica of this node as deliveries need it. Made for one look; two of one replica are the same. */
record LocalOpenPartition(
        Topic topic,
        PartitionReplica replica,
        LocalDeliveries.OptionsOfGroup optionsOfGroup,
        LocalDeliveries.Node node,
        LocalDeliveries.Readers readers,
        Optional<PeerLetters> peers)
        implements OpenPartition {
    private static final int LOOK_AHEAD_BYTES = 1 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(LocalOpenPartition.class);

    @Override
    public long startOffset() {
        return replica.startOffset();
    }

    @Override
    public long endOffset() {
        return replica.endOffset();
    }

    @Override
    public int bytesPerRecord() {
        long records = replica.endOffset() - replica.startOffset();
        return records <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, replica.sizeBytes() / records);
    }

    @Override
    public long wallMs() {
        return node.wallMs();
    }

    @Override
    public boolean hasDelays() {
        return Boolean.parseBoolean(topic.settings().explicit().get(TopicConfigs.DELIVERY_DELAY.name()));
    }

    /** Batches of topics with delays are opened to know more of them, and that takes time. */
    @Override
    public Spans spans(long offset, int bytesMax) {
        if (hasDelays()) {
            return offset < replica.endOffset() ? Spans.COLD : new Spans(List.of(), false, offset);
        }
        List<BatchSpan> batches = new ArrayList<>();
        boolean isInMemory = replica.visitTail(
                offset,
                bytesMax,
                batch -> batches.add(new BatchSpan(batch.baseOffset(), batch.lastOffset(), batch.lengthBytes())));
        long until = batches.isEmpty() ? offset : batches.getLast().lastOffset() + 1;
        // Without records, as compaction leaves them: nobody can be handed any.
        batches.removeIf(batch -> batch.lengthBytes() == BatchLayout.RECORDS);
        return isInMemory ? new Spans(batches, false, until) : Spans.COLD;
    }

    @Override
    public DeliveryOptions options(DeliveryKind kind, String group) {
        return optionsOfGroup.of(kind, group, topic);
    }

    @Override
    public void learnOptions(Consumer<Boolean> answer) {
        var unused = node.newestOptions().whenComplete((isKnown, failure) -> answer.accept(failure == null && isKnown));
    }

    @Override
    public CommandRunner runner() {
        return replica.shard();
    }

    @Override
    public void load(long offset, boolean withKeys, Consumer<Spans> answer) {
        offTheShard(() -> {
            long until;
            try (LookedRead read = new LookedRead(LOOK_AHEAD_BYTES)) {
                until = replica.readBlocking(offset, LOOK_AHEAD_BYTES, true, read);
                HeldBytes whole = read.whole();
                readers.pieces().keep(replica, whole);
                answer.accept(new Spans(spans(whole.bytes(), hasDelays(), withKeys), false, until));
                wentOn(offset);
            } catch (DamagedLogException | DiskException failure) {
                standsStill(offset, failure);
                answer.accept(Spans.COLD);
                return;
            }
            replica.prepare(until);
        });
    }

    private UnreadablePlaces.Place place(long offset) {
        return new UnreadablePlaces.Place(replica.topicId(), replica.index(), offset);
    }

    private void standsStill(long offset, RuntimeException failure) {
        if (readers.unreadable().failed(place(offset))) {
            LOG.error(
                    "delivery groups stand still topic={} partition={} offset={} reason=\"{}\"; they go on when these records"
                            + " can be read again, or were given up with `sluice repair`, or the group is reset behind them",
                    topic.name(),
                    replica.index(),
                    offset,
                    failure.getMessage());
        }
    }

    private void wentOn(long offset) {
        if (readers.unreadable().read(place(offset))) {
            LOG.info("delivery groups go on topic={} partition={} offset={}", topic.name(), replica.index(), offset);
        }
    }

    @Override
    public void locate(long timestampMs, LongConsumer answer) {
        offTheShard(() -> {
            try {
                answer.accept(replica.findByTime(timestampMs)
                        .map(TimestampedOffset::offset)
                        .orElseGet(replica::endOffset));
            } catch (DamagedLogException | DiskException failure) {
                LOG.warn("topic={} partition={} cannot be searched: {}", topic.name(), replica.index(), failure);
                answer.accept(replica.startOffset());
            }
        });
    }

    @Override
    public void locateAgo(long durationMs, LongConsumer answer) {
        locate(node.wallMs() - durationMs, answer);
    }

    private void offTheShard(Runnable task) {
        readers.looks().execute(task);
    }

    @Override
    public void addListener(Listener listener) {
        replica.addListener(new Growth(listener));
    }

    @Override
    public void removeListener(Listener listener) {
        replica.removeListener(new Growth(listener));
    }

    /** Equal if its listener is the same, so that it can be removed. */
    private record Growth(Listener listener) implements AppendListener {
        @Override
        public void appended(PartitionReplica partition, long endOffset, int lengthBytes) {
            listener.grew();
        }

        @Override
        public void leadershipChanged(PartitionReplica partition) {
            if (!partition.isHome()) {
                listener.closed();
            }
        }

        @Override
        public void closed(PartitionReplica partition) {
            listener.closed();
        }
    }

    @Override
    public void prepare(DeadLetterJob job, Consumer<DeadLetterJob.Prepared> answer) {
        DeliveryOptions.DeadLetters how =
                options(job.id().kind(), job.id().name()).deadLetters();
        readers.letters()
                .execute(() -> answer.accept(
                        new DeadLetterPost(topic, replica, node, peers, readers.found()).prepare(job, how)));
    }

    private static List<BatchSpan> spans(ByteBuffer whole, boolean hasDelays, boolean withKeys) {
        List<BatchSpan> spans = new ArrayList<>();
        int at = 0;
        try (RecordCursor cursor = new RecordCursor()) {
            while (at + BatchLayout.RECORDS <= whole.limit()) {
                int lengthBytes = BatchLayout.sizeBytes(whole, at);
                long first = BatchHeader.baseOffset(whole, at);
                long last = BatchHeader.lastOffset(whole, at);
                if (lengthBytes > BatchLayout.RECORDS) {
                    long[] dueMs = hasDelays ? DelayHeaders.dueMs(cursor, whole, at) : BatchSpan.ALL_NOW;
                    long[] keys = withKeys ? KeyHashes.of(cursor, whole, at) : KeyHashes.NO_KEYS;
                    spans.add(new BatchSpan(first, last, lengthBytes, dueMs, keys));
                }
                at += lengthBytes;
            }
        }
        return spans;
    }
}
