package io.sluice.broker.delivery;

import io.sluice.log.DamagedLogException;
import io.sluice.log.JoinedRead;
import io.sluice.log.ReadSink;
import io.sluice.log.batch.BatchLayout;
import io.sluice.log.batch.MalformedBatchException;
import io.sluice.log.batch.RecordCursor;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through a partition for dead letters of a group: only after a change of leaders or a lost answer. It keeps what it has
 * found, because jobs ask one after the other with rising offsets, and each would read the whole partition otherwise. Blocks;
 * any thread, one at a time.
 */
final class DeadLetterSearch {
    /** Offsets that are kept for those who ask later; if there are more, they make it look again. */
    static final int KEPT_MAX = 20_000;

    /**
     * A damaged place is passed over when it was met so often: until then another replica may have mended it. A letter that
     * lies there nobody can read, so that the one that is written instead is the only one for everybody.
     */
    static final int DAMAGED_MAX = 10;

    private static final int READ_BYTES = 1 << 20;
    private static final long UNPACKED_BYTES_MAX = 64L << 20;
    private static final byte[] NAME = DeadLetterKey.HEADER.getBytes(StandardCharsets.UTF_8);

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterSearch.class);

    private final Letters target;
    private final DeadLetterKey key;
    private final TreeSet<Long> found = new TreeSet<>();
    private long at;
    private long keptFrom;
    private long wantedUntil;
    private int keptCount;
    private boolean isTooMuch;
    private int damagedCount;

    /** Where letters are. Throws {@link io.sluice.log.disk.DiskException} and {@link DamagedLogException}. */
    interface Letters {
        /** Of the first record. */
        long startOffset();

        /** Behind the last record that stays. */
        long endOffset();

        /** As {@link PartitionReplica#readBlocking}. */
        long read(long offset, int maxBytes, ReadSink sink);
    }

    DeadLetterSearch(Letters target, DeadLetterKey key) {
        this.target = target;
        this.key = key;
    }

    /** In a partition that this node keeps. */
    static DeadLetterSearch in(PartitionReplica replica, DeadLetterKey key) {
        return new DeadLetterSearch(
                new Letters() {
                    @Override
                    public long startOffset() {
                        return replica.startOffset();
                    }

                    @Override
                    public long endOffset() {
                        return replica.endOffset();
                    }

                    @Override
                    public long read(long offset, int maxBytes, ReadSink sink) {
                        return replica.readBlocking(offset, maxBytes, true, sink);
                    }
                },
                key);
    }

    /** Of the group's offsets within the bounds those that have a letter. */
    synchronized Set<Long> offsets(long first, long last) {
        if (isTooMuch || first < keptFrom || target.endOffset() < at) {
            found.clear();
            at = 0;
            isTooMuch = false;
        }
        found.headSet(first).clear();
        keptFrom = first;
        wantedUntil = last;
        keptCount = found.tailSet(last, false).size();
        lookOn();
        return new HashSet<>(found.subSet(first, true, last, true));
    }

    private void lookOn() {
        at = Math.max(at, target.startOffset());
        try (RecordCursor cursor = new RecordCursor()) {
            while (at < target.endOffset()) {
                JoinedRead read = new JoinedRead(READ_BYTES);
                long reached = reached(read);
                look(cursor, read.whole());
                at = Math.max(at + 1, reached);
            }
        }
    }

    private long reached(JoinedRead read) {
        try {
            long reached = target.read(at, READ_BYTES, read);
            damagedCount = 0;
            return reached;
        } catch (DamagedLogException damaged) {
            damagedCount++;
            if (damagedCount < DAMAGED_MAX) {
                throw damaged;
            }
            damagedCount = 0;
            LOG.warn("dead letters that nobody can read may be written again: {}", damaged.getMessage());
            return damaged.range().nextOffset();
        }
    }

    private void look(RecordCursor cursor, ByteBuffer batches) {
        int at = 0;
        while (at + BatchLayout.RECORDS <= batches.limit()) {
            try {
                cursor.open(batches, at, UNPACKED_BYTES_MAX);
                while (cursor.next()) {
                    look(cursor);
                }
            } catch (MalformedBatchException unreadable) {
                // Whatever it is, this broker did not write it as a letter.
            }
            at += BatchLayout.sizeBytes(batches, at);
        }
    }

    private void look(RecordCursor cursor) {
        while (cursor.nextHeader()) {
            if (Arrays.equals(slice(cursor, cursor.headerKeyPosition(), cursor.headerKeyLength()), NAME)) {
                OptionalLong offset =
                        key.offsetOf(slice(cursor, cursor.headerValuePosition(), cursor.headerValueLength()));
                offset.ifPresent(this::keep);
            }
        }
    }

    private void keep(long offset) {
        boolean isWanted = offset <= wantedUntil;
        if (offset < keptFrom || !isWanted && isTooMuch) {
            return;
        }
        if (found.add(offset) && !isWanted) {
            keptCount++;
            isTooMuch = keptCount > KEPT_MAX;
        }
        if (isTooMuch) {
            found.tailSet(wantedUntil, false).clear();
        }
    }

    private static byte[] slice(RecordCursor cursor, int position, int length) {
        byte[] copy = new byte[Math.max(0, length)];
        cursor.bytes().get(position, copy);
        return copy;
    }
}
