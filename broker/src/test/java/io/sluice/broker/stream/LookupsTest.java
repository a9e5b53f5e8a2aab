package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.HandedEntries;
import io.sluice.common.TopicId;
import io.sluice.log.batch.BatchLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LookupsTest {
    private static final TopicId TOPIC = new TopicId(1, 2);
    private static final int VALUE_BYTES = 100 << 10;
    private static final int ENTRIES = 60;

    /** What a read from the offset on gives of a stream of large entries. */
    private static IdRun run(long offset) {
        EntryCodec.Encoded entry = EntryCodec.encode(List.of(new byte[] {'f'}, new byte[VALUE_BYTES]));
        EntryBatch batch = new EntryBatch(offset, 0);
        batch.add(new EntryId(offset + 1, 0), entry, 0);
        ByteBuffer built = batch.build();
        built.putLong(BatchLayout.BASE_OFFSET, offset);
        CollectedBatches read = new CollectedBatches();
        read.reserve(built.remaining()).put(built);
        return IdRun.of(offset, offset + 1, read);
    }

    /** Somebody who wants all there is, without a COUNT, must not have the whole stream in memory. */
    @Test
    void ofManyLargeEntriesAllIdsAreKnownAndFewBytesKept() {
        Lookups lookups = new Lookups(id -> Optional.empty());
        long keptBytes = 0;
        for (int offset = 0; offset < ENTRIES; offset++) {
            keptBytes += lookups.keep(TOPIC, run(offset)).batchBytes();
        }

        assertThat(keptBytes).isBetween((long) VALUE_BYTES, Lookups.BATCH_BYTES_MAX);
        HandedEntries all = new HandedEntries();
        for (int offset = 0; offset < ENTRIES; offset++) {
            Objects.requireNonNull(lookups.ids(TOPIC, offset, 1)).give(offset, ENTRIES, OffsetSet.EMPTY, ENTRIES, all);
        }
        assertThat(all.count()).isEqualTo(ENTRIES);
        assertThat(all.id(ENTRIES - 1)).isEqualTo(new EntryId(ENTRIES, 0));
        assertThat(lookups.isMissingSome()).isFalse();
    }

    @Test
    void whatIsFoundTwiceIsKeptOnce() {
        Lookups lookups = new Lookups(id -> Optional.empty());
        IdRun first = lookups.keep(TOPIC, run(5));

        assertThat(lookups.keep(TOPIC, run(5))).isSameAs(first);
        assertThat(lookups.ids(TOPIC, 5, 1)).isSameAs(first);
        assertThat(lookups.ids(TOPIC, 6, 1)).isNull();
        assertThat(lookups.isMissingSome()).isTrue();
    }
}
