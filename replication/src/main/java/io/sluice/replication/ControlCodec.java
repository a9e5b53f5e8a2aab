package io.sluice.replication;

import io.sluice.common.Check;
import io.sluice.common.TopicId;
import io.sluice.log.SegmentSettings;
import java.nio.ByteBuffer;

/**
 * Bytes of control entries: kind 1, topic id 16, then by kind (all numbers big-endian):
 *
 * <pre>
 *  1 open            version 8 | first partition 4 | count 4 | base offset 8 | epoch base 4 | segment bytes 4 | segment ms 8 | index interval 4
 *  2 configure       version 8 | segment bytes 4 | segment ms 8 | index interval 4
 *  3 drop            version 8
 *  4 advance start   partition 4 | offset 8
 *  5 expire          partition 4 | idle since 8
 *  6 history lost    first partition 4 | count 4
 * </pre>
 */
final class ControlCodec {
    private static final int BYTES_MAX = 80;

    private ControlCodec() {}

    static ByteBuffer encode(ControlEntry control) {
        ByteBuffer out = ByteBuffer.allocate(BYTES_MAX);
        switch (control) {
            case ControlEntry.Open open -> {
                begin(out, 1, open.topicId()).putLong(open.metadataVersion());
                out.putInt(open.firstPartition()).putInt(open.count());
                out.putLong(open.baseOffset()).putInt(open.epochBase());
                putSettings(out, open.settings());
            }
            case ControlEntry.Configure configure -> {
                begin(out, 2, configure.topicId()).putLong(configure.metadataVersion());
                putSettings(out, configure.settings());
            }
            case ControlEntry.Drop drop -> begin(out, 3, drop.topicId()).putLong(drop.metadataVersion());
            case ControlEntry.AdvanceStart advance ->
                begin(out, 4, advance.topicId()).putInt(advance.partition()).putLong(advance.startOffset());
            case ControlEntry.ExpireProducers expire ->
                begin(out, 5, expire.topicId()).putInt(expire.partition()).putLong(expire.idleSinceMs());
            case ControlEntry.HistoryLost lost ->
                begin(out, 6, lost.topicId()).putInt(lost.firstPartition()).putInt(lost.count());
        }
        return out.flip();
    }

    private static ByteBuffer begin(ByteBuffer out, int kind, TopicId topicId) {
        return out.put((byte) kind).putLong(topicId.high()).putLong(topicId.low());
    }

    private static void putSettings(ByteBuffer out, SegmentSettings settings) {
        out.putInt(settings.segmentBytesMax()).putLong(settings.segmentMsMax()).putInt(settings.indexIntervalBytes());
    }

    static ControlEntry decode(ByteBuffer in) {
        byte kind = in.get();
        TopicId topicId = new TopicId(in.getLong(), in.getLong());
        return switch (kind) {
            case 1 ->
                new ControlEntry.Open(
                        topicId, in.getLong(), in.getInt(), in.getInt(), in.getLong(), in.getInt(), settings(in));
            case 2 -> new ControlEntry.Configure(topicId, in.getLong(), settings(in));
            case 3 -> new ControlEntry.Drop(topicId, in.getLong());
            case 4 -> new ControlEntry.AdvanceStart(topicId, in.getInt(), in.getLong());
            case 5 -> new ControlEntry.ExpireProducers(topicId, in.getInt(), in.getLong());
            case 6 -> new ControlEntry.HistoryLost(topicId, in.getInt(), in.getInt());
            default -> {
                Check.check(false, "a control entry has kind %d, which this version does not know", kind);
                throw new IllegalStateException();
            }
        };
    }

    private static SegmentSettings settings(ByteBuffer in) {
        return new SegmentSettings(in.getInt(), in.getLong(), in.getInt());
    }
}
