package io.sluice.replication.raft;

import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.google.protobuf.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A checkpoint's record as the engine reads it. */
final class RecordReader extends SnapshotReader {
    private final SnapshotMeta meta;
    private final int nodeId;
    private final boolean isFetched;

    /** Of the node's checkpoint; {@code isFetched} if that is another node, so that it has to be installed here. */
    RecordReader(SnapshotMeta meta, int nodeId, boolean isFetched) {
        this.meta = meta;
        this.nodeId = nodeId;
        this.isFetched = isFetched;
    }

    boolean isFetched() {
        return isFetched;
    }

    @Override
    public boolean init(Void options) {
        return true;
    }

    @Override
    public void shutdown() {}

    @Override
    public SnapshotMeta load() {
        return meta;
    }

    @Override
    public String generateURIForCopy() {
        return CheckpointStorage.uri(nodeId, meta);
    }

    @Override
    public String getPath() {
        return CheckpointStorage.URI_SCHEME;
    }

    @Override
    public Set<String> listFiles() {
        return Set.of();
    }

    @Override
    public @Nullable Message getFileMeta(String fileName) {
        return null;
    }

    @Override
    public void close() {}
}
