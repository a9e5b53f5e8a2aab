package io.sluice.broker.stream;

import io.sluice.broker.api.OnceFigures;
import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What all streams of a shard remember of ids of producers. Owner: the shard's apply thread. */
final class OnceTable {
    private final TreeMap<TopicId, RememberedIds> byTopic = new TreeMap<>();

    @Nullable
    RememberedIds find(TopicId topicId) {
        return byTopic.get(topicId);
    }

    OnceLimits limits(TopicId topicId) {
        RememberedIds known = byTopic.get(topicId);
        return known == null ? OnceLimits.STANDARD : known.limits();
    }

    OnceFigures figures(TopicId topicId) {
        RememberedIds known = byTopic.get(topicId);
        return known == null ? OnceFigures.NONE : known.figures();
    }

    /** Streams that have some to forget, with the time when. */
    Map<TopicId, Long> dueWallMs() {
        Map<TopicId, Long> due = new TreeMap<>();
        byTopic.forEach((topicId, ids) -> {
            if (ids.tracked() > 0) {
                due.put(topicId, ids.oldestMs() + ids.limits().durationMs());
            }
        });
        return due;
    }

    void apply(StreamEvent.OfOnce event, UndoLog undo) {
        RememberedIds ids = byTopic.get(event.topicId());
        if (ids == null) {
            ids = new RememberedIds();
            byTopic.put(event.topicId(), ids);
            undo.add(() -> byTopic.remove(event.topicId()));
        }
        switch (event) {
            case StreamEvent.OnceLimited limited -> ids.limit(limited.limits(), undo);
            case StreamEvent.OnceAdded one -> ids.add(one.key(), one.id(), one.wallMs(), undo);
            case StreamEvent.OnceRepeated _ -> ids.repeated(undo);
            case StreamEvent.OnceForgotten forgotten -> ids.forget(forgotten.wallMs(), undo);
        }
    }

    void remove(TopicId topicId, UndoLog undo) {
        RememberedIds removed = byTopic.remove(topicId);
        if (removed != null) {
            undo.add(() -> byTopic.put(topicId, removed));
        }
    }

    /** The other stream remembers the same. */
    void copy(TopicId source, TopicId target) {
        RememberedIds known = byTopic.get(source);
        if (known != null) {
            ByteWriter writer = new ByteWriter();
            known.write(writer);
            byTopic.put(target, RememberedIds.read(new ByteReader(writer.toBuffer())));
        }
    }

    void clear() {
        byTopic.clear();
    }

    /** As of now. */
    byte[] capture() {
        ByteWriter writer = new ByteWriter().putInt(byTopic.size());
        byTopic.forEach((topicId, ids) -> ids.write(writer.putId(topicId)));
        ByteBuffer written = writer.toBuffer();
        byte[] bytes = new byte[written.remaining()];
        written.get(bytes);
        return bytes;
    }

    /** What was captured. */
    void read(ByteReader reader) {
        int count = reader.getCount(TopicId.LENGTH_BYTES);
        for (int i = 0; i < count; i++) {
            TopicId topicId = reader.getId();
            byTopic.put(topicId, RememberedIds.read(reader));
        }
    }
}
