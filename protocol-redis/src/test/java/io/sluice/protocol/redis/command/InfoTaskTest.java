package io.sluice.protocol.redis.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService.Found;
import io.sluice.broker.api.StreamSink;
import io.sluice.broker.api.StreamView;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InfoTaskTest {
    private static final StreamKey KEY = new StreamKey(0, new byte[] {'s'});
    private static final int ENTRY_BYTES = 8 << 20;

    /** A reply that has begun cannot become an error any more. */
    @Test
    void entriesThatAreTooLargeTogetherAreRefusedBeforeAnythingIsWritten() {
        ReadTask task = InfoTask.fullOf(KEY, new GroupAnswer.Groups(new Topic(20), List.of()), Long.MAX_VALUE);
        ReplyWriter out = new ReplyWriter(Unpooled.buffer(), false);

        assertThat(task.step(key -> Found.Nothing.INSTANCE, false, out)).isEqualTo(ReadTask.Status.ON_DISK);
        assertThatThrownBy(() -> task.step(key -> Found.Nothing.INSTANCE, true, out))
                .isInstanceOf(RedisException.class);
        assertThat(out.out().readableBytes()).isZero();
    }

    /** A topic of large entries: one alone is in memory, more are on disk. */
    private record Topic(long endOffset) implements StreamView {
        @Override
        public EntryId lastId() {
            return new EntryId(endOffset, 0);
        }

        @Override
        public EntryId maxDeletedId() {
            return EntryId.ZERO;
        }

        @Override
        public long entriesAdded() {
            return endOffset;
        }

        @Override
        public long length() {
            return endOffset;
        }

        @Override
        public long blockCount() {
            return 1;
        }

        @Override
        public int groupCount() {
            return 0;
        }

        @Override
        public OnceFigures once() {
            return OnceFigures.NONE;
        }

        @Override
        public long expiresWallMs() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean isOwnStream() {
            return false;
        }

        @Override
        public long sizeBytes() {
            return endOffset * ENTRY_BYTES;
        }

        @Override
        public long firstOffset() {
            return 0;
        }

        @Override
        public long countBetween(long fromOffset, long toOffset) {
            return toOffset - fromOffset;
        }

        @Override
        public long offsetBack(long beforeOffset, long count) {
            return Math.max(0, beforeOffset - count);
        }

        @Override
        public long find(EntryId id, boolean mayBlock) {
            return id.ms();
        }

        @Override
        public long read(Range range, boolean mayBlock, StreamSink sink) {
            if (range.countMax() > 1 && !mayBlock) {
                return ON_DISK;
            }
            sink.entry(range.fromOffset(), 0, 0);
            sink.part(ByteBuffer.allocate(ENTRY_BYTES), 0, ENTRY_BYTES);
            return range.fromOffset() + 1;
        }
    }
}
