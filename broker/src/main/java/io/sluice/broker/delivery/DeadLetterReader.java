package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryOptions.DeadLetters;
import io.sluice.broker.delivery.Failures.GivenUp;
import io.sluice.log.DamagedLogException;
import io.sluice.log.JoinedRead;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.MalformedBatchException;
import io.sluice.log.batch.RecordCursor;
import io.sluice.log.batch.RecordHeader;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the batch of one job: each record with its key, value and headers and behind them its story, in headers whose names
 * begin with {@code sluice-dead-}, and with those that KIP-1191 names if it was asked for by that. A record that is gone, or
 * that would be too large with its story, has the story only. Used once, by a thread that may block.
 */
final class DeadLetterReader {
    private static final int READ_BYTES = 256 << 10;

    /** A batch takes no further record once it has so much. */
    private static final int FULL_BYTES = 1 << 20;

    private static final long UNPACKED_BYTES_MAX = 64L << 20;
    private static final String PREFIX = "sluice-dead-";
    private static final String KAFKA_PREFIX = "__dlq.errors.";

    private final DeadLetterJob job;
    private final Target target;
    private final PartitionReplica replica;
    private final BatchBuilder batch = new BatchBuilder(Compression.NONE);
    private final List<GivenUp> done = new ArrayList<>();
    private final RecordCursor cursor = new RecordCursor();
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int at;
    private long readFrom;
    private boolean isAtRecord;
    private boolean isEmpty = true;

    /**
     * What the letters are like.
     *
     * @param origin name of the topic that they come from
     * @param recordBytesMax the largest letter
     * @param how what was asked for
     * @param key by what they are known, if they need that
     * @param wallMs their timestamp
     */
    record Target(String origin, int recordBytesMax, DeadLetters how, Optional<DeadLetterKey> key, long wallMs) {}

    /**
     * What was made.
     *
     * @param batch the letters; empty if all were written already
     * @param records whose they are, with those that were
     */
    record Letters(Optional<ByteBuffer> batch, List<GivenUp> records) {}

    DeadLetterReader(DeadLetterJob job, Target target, PartitionReplica replica) {
        this.job = job;
        this.target = target;
        this.replica = replica;
        this.readFrom = job.firstOffset();
    }

    /** As much of the job as one batch should have, without the offsets that have their letters. */
    Letters read(Set<Long> written) {
        try (cursor) {
            for (GivenUp each : job.records()) {
                long offset = each.firstOffset();
                while (offset <= each.lastOffset() && batch.sizeBytes() < FULL_BYTES) {
                    if (!written.contains(offset)) {
                        add(each, offset);
                        isEmpty = false;
                    }
                    offset++;
                }
                if (offset > each.firstOffset()) {
                    done.add(new GivenUp(each.firstOffset(), offset - 1, each.count(), each.cause(), each.reason()));
                }
            }
        }
        return new Letters(isEmpty ? Optional.empty() : Optional.of(batch.build()), done);
    }

    private void add(GivenUp each, long offset) {
        boolean copiesRecord = target.how().copiesRecord();
        boolean isThere = copiesRecord && moveTo(offset);
        if (!isThere) {
            String error = copiesRecord ? join(each.reason(), "the record is gone") : each.reason();
            batch.add(target.wallMs(), null, null, story(each, offset, error, -1));
            return;
        }
        List<RecordHeader> story = story(each, offset, each.reason(), cursor.timestampMs());
        if (cursor.lengthBytes() + sizeBytes(story) > target.recordBytesMax()) {
            String error = join(each.reason(), "the record is too large for a dead letter");
            batch.add(target.wallMs(), null, null, story(each, offset, error, cursor.timestampMs()));
            return;
        }
        List<RecordHeader> headers = new ArrayList<>();
        while (cursor.nextHeader()) {
            byte[] name = slice(cursor.headerKeyPosition(), cursor.headerKeyLength());
            headers.add(new RecordHeader(
                    new String(name == null ? new byte[0] : name, StandardCharsets.UTF_8),
                    slice(cursor.headerValuePosition(), cursor.headerValueLength())));
        }
        headers.addAll(story);
        byte[] key = slice(cursor.keyPosition(), cursor.keyLength());
        byte[] value = slice(cursor.valuePosition(), cursor.valueLength());
        batch.add(target.wallMs(), key, value, headers);
    }

    private static String join(String reason, String addition) {
        return reason.isEmpty() ? addition : reason + "; " + addition;
    }

    private static int sizeBytes(List<RecordHeader> headers) {
        int sum = 0;
        for (RecordHeader header : headers) {
            byte[] value = header.value();
            sum += header.key().length() + (value == null ? 0 : value.length) + 10;
        }
        return sum;
    }

    private List<RecordHeader> story(GivenUp each, long offset, String error, long timestampMs) {
        List<RecordHeader> story = new ArrayList<>();
        story.add(header("topic", target.origin()));
        story.add(header("partition", Integer.toString(replica.index())));
        story.add(header("offset", Long.toString(offset)));
        story.add(header("group", job.id().name()));
        story.add(header("cause", each.cause().label()));
        if (!error.isEmpty()) {
            story.add(header("error", error));
        }
        story.add(header("count", Integer.toString(each.count())));
        if (timestampMs >= 0) {
            story.add(header("time", Long.toString(timestampMs)));
        }
        target.key().ifPresent(key -> story.add(new RecordHeader(DeadLetterKey.HEADER, key.of(offset))));
        if (target.how().isAsInKafka()) {
            addKafkas(story, each, offset, error.isEmpty() ? each.cause().label() : error);
        }
        return story;
    }

    private void addKafkas(List<RecordHeader> story, GivenUp each, long offset, String message) {
        story.add(kafkas("topic", target.origin()));
        story.add(kafkas("partition", Integer.toString(replica.index())));
        story.add(kafkas("offset", Long.toString(offset)));
        story.add(kafkas("group", job.id().name()));
        story.add(kafkas("delivery.count", Integer.toString(each.count())));
        story.add(kafkas("message", message));
    }

    private static RecordHeader kafkas(String name, String text) {
        return new RecordHeader(KAFKA_PREFIX + name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static RecordHeader header(String name, String text) {
        return new RecordHeader(PREFIX + name, text.getBytes(StandardCharsets.UTF_8));
    }

    private byte @Nullable [] slice(int position, int length) {
        if (length < 0) {
            return null;
        }
        byte[] copy = new byte[length];
        cursor.bytes().get(position, copy);
        return copy;
    }

    /** Moves the cursor to the record; false if there is none. Offsets are asked for in rising order. */
    private boolean moveTo(long offset) {
        try {
            while (!isAtRecord || cursor.offset() < offset) {
                if (!next(offset)) {
                    return false;
                }
            }
            return cursor.offset() == offset;
        } catch (MalformedBatchException | DamagedLogException unreadable) {
            isAtRecord = false;
            at = bytes.limit();
            readFrom = offset + 1;
            return false;
        }
    }

    private boolean next(long offset) {
        if (isAtRecord && cursor.next()) {
            return true;
        }
        isAtRecord = false;
        while (!isAtRecord) {
            if (at >= bytes.limit() && !readMore(offset)) {
                return false;
            }
            int lengthBytes = BatchLayout.sizeBytes(bytes, at);
            cursor.open(bytes, at, UNPACKED_BYTES_MAX);
            at += lengthBytes;
            isAtRecord = cursor.next();
        }
        return true;
    }

    private boolean readMore(long offset) {
        long from = Math.max(Math.max(offset, readFrom), replica.startOffset());
        if (from > job.lastOffset()) {
            return false;
        }
        JoinedRead sink = new JoinedRead(READ_BYTES);
        long reached = replica.readBlocking(from, READ_BYTES, true, sink);
        bytes = sink.whole();
        at = 0;
        readFrom = reached;
        return bytes.limit() > 0;
    }
}
