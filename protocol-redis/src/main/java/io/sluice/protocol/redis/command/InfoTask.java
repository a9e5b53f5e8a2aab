package io.sluice.protocol.redis.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupAnswer.GroupSeen;
import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamSink;
import io.sluice.broker.api.StreamView;
import io.sluice.broker.api.StreamView.Range;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * XINFO STREAM. The order of fields is what clients go by. There are no nodes of a tree: their number is that of the blocks that
 * a rough trim would drop.
 */
final class InfoTask implements ReadTask {
    private static final int ENTRY_BYTES = 1;

    private final StreamKey key;
    private final boolean isFull;
    private final long entriesMax;
    private final List<GroupSeen> groups;
    private @Nullable StreamView view;
    private @Nullable Ends ends;
    private @Nullable EntriesReply entries;
    private boolean hasBegun;

    private InfoTask(
            StreamKey key, boolean isFull, long entriesMax, @Nullable StreamView view, List<GroupSeen> groups) {
        this.key = key;
        this.isFull = isFull;
        this.entriesMax = entriesMax;
        this.view = view;
        this.groups = groups;
    }

    static InfoTask shortOf(StreamKey key) {
        return new InfoTask(key, false, 0, null, List.of());
    }

    /** With the first so many entries, and the groups. */
    static InfoTask fullOf(StreamKey key, GroupAnswer.Groups groups, long entriesMax) {
        return new InfoTask(key, true, entriesMax, groups.view(), groups.groups());
    }

    /** The first and the last entry as they are written, empty if there is none. */
    private record Ends(EntryId firstId, ByteBuf first, ByteBuf last) {}

    @Override
    public Status step(Views views, boolean mayBlock, ReplyWriter out) {
        StreamView stream = view;
        if (stream == null) {
            stream = views.stream(key, "xinfo|stream").orElseThrow(() -> new RedisException(Errors.NO_SUCH_KEY));
            view = stream;
        }
        Ends read = ends;
        if (read == null) {
            read = readEnds(stream, mayBlock, out.isVersion3());
            if (read == null) {
                return Status.ON_DISK;
            }
            ends = read;
        }
        if (!isFull) {
            write(stream, read, out);
            return Status.DONE;
        }
        EntriesReply current = entries;
        if (current == null) {
            current = new EntriesReply(stream, stream.firstOffset(), stream.endOffset(), entriesMax, false);
            entries = current;
        }
        if (!hasBegun) {
            Status gathered = current.gather(mayBlock, out.isVersion3());
            if (gathered != Status.DONE) {
                return gathered;
            }
            hasBegun = true;
            write(stream, read, out);
        }
        Status status = current.step(mayBlock, out);
        if (status == Status.DONE) {
            out.bulk("groups");
            GroupLookCommands.full(groups, out);
        }
        return status;
    }

    private void write(StreamView stream, Ends read, ReplyWriter out) {
        out.map(isFull ? 15 : 16);
        out.bulk("length");
        out.integer(stream.length());
        long blocks = stream.length() == 0 ? 0 : stream.blockCount();
        out.bulk("radix-tree-keys");
        out.integer(blocks);
        out.bulk("radix-tree-nodes");
        out.integer(blocks + 1);
        out.bulk("last-generated-id");
        out.id(stream.lastId());
        out.bulk("max-deleted-entry-id");
        out.id(stream.maxDeletedId());
        out.bulk("entries-added");
        out.integer(stream.entriesAdded());
        out.bulk("recorded-first-entry-id");
        out.id(read.firstId());
        write(stream.once(), out);
        if (isFull) {
            out.bulk("entries");
            return;
        }
        out.bulk("groups");
        out.integer(stream.groupCount());
        out.bulk("first-entry");
        writeEntry(read.first(), out);
        out.bulk("last-entry");
        writeEntry(read.last(), out);
    }

    private static void write(OnceFigures once, ReplyWriter out) {
        out.bulk("idmp-duration");
        out.integer(once.limits().durationSeconds());
        out.bulk("idmp-maxsize");
        out.integer(once.limits().idsMax());
        out.bulk("pids-tracked");
        out.integer(once.producers());
        out.bulk("iids-tracked");
        out.integer(once.tracked());
        out.bulk("iids-added");
        out.integer(once.added());
        out.bulk("iids-duplicates");
        out.integer(once.repeated());
    }

    private static void writeEntry(ByteBuf entry, ReplyWriter out) {
        if (entry.isReadable()) {
            out.out().writeBytes(entry);
        } else {
            out.nil();
        }
    }

    private static @Nullable Ends readEnds(StreamView stream, boolean mayBlock, boolean isVersion3) {
        Kept first = new Kept(isVersion3);
        Kept last = new Kept(isVersion3);
        long end = stream.endOffset();
        boolean isRead = stream.length() == 0
                || (isRead(stream, stream.firstOffset(), mayBlock, first)
                        && isRead(stream, stream.offsetBack(end, 1), mayBlock, last));
        return isRead ? new Ends(first.id, first.bytes, last.bytes) : null;
    }

    private static boolean isRead(StreamView stream, long offset, boolean mayBlock, Kept target) {
        return stream.read(new Range(offset, stream.endOffset(), 1, ENTRY_BYTES), mayBlock, target)
                != StreamView.ON_DISK;
    }

    /** One entry, as it is written. */
    private static final class Kept implements StreamSink {
        private final ByteBuf bytes = Unpooled.buffer();
        private final ReplyWriter writer;
        private EntryId id = EntryId.ZERO;

        Kept(boolean isVersion3) {
            writer = new ReplyWriter(bytes, isVersion3);
        }

        @Override
        public void entry(long ms, long seq, int pairCount) {
            id = new EntryId(ms, seq);
            writer.entry(ms, seq, pairCount);
        }

        @Override
        public void part(ByteBuffer source, int position, int lengthBytes) {
            writer.part(source, position, lengthBytes);
        }
    }
}
