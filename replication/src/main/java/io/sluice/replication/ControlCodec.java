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
 *  7 arrive          version 8 | partition 4 | move 8 | base offset 8 | segment bytes 4 | segment ms 8 | index interval 4
 *  8 seal            partition 4 | move 8
 *  9 unseal          partition 4 | move 8
 * 10 adopt           partition 4 | move 8 | end offset 8 | start offset 8 | epoch base 4 | losses 4
 * 11 leave           partition 4 | move 8
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
            case ControlEntry.Arrive arrive -> {
                begin(out, 7, arrive.topicId()).putLong(arrive.metadataVersion());
                out.putInt(arrive.partition()).putLong(arrive.move()).putLong(arrive.baseOffset());
                putSettings(out, arrive.settings());
            }
            case ControlEntry.Seal seal ->
                begin(out, 8, seal.topicId()).putInt(seal.partition()).putLong(seal.move());
            case ControlEntry.Unseal unseal ->
                begin(out, 9, unseal.topicId()).putInt(unseal.partition()).putLong(unseal.move());
            case ControlEntry.Adopt adopt -> {
                begin(out, 10, adopt.topicId()).putInt(adopt.partition()).putLong(adopt.move());
                out.putLong(adopt.endOffset()).putLong(adopt.startOffset());
                out.putInt(adopt.epochBase()).putInt(adopt.lossCount());
            }
            case ControlEntry.Leave leave ->
                begin(out, 11, leave.topicId()).putInt(leave.partition()).putLong(leave.move());
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
            case 7 ->
                new ControlEntry.Arrive(topicId, in.getLong(), in.getInt(), in.getLong(), in.getLong(), settings(in));
            case 8 -> new ControlEntry.Seal(topicId, in.getInt(), in.getLong());
            case 9 -> new ControlEntry.Unseal(topicId, in.getInt(), in.getLong());
            case 10 ->
                new ControlEntry.Adopt(
                        topicId, in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getInt(), in.getInt());
            case 11 -> new ControlEntry.Leave(topicId, in.getInt(), in.getLong());
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
