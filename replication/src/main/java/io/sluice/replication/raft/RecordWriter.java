package io.sluice.replication.raft;

import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.google.protobuf.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a checkpoint's record for the engine. There are no files: the checkpoint has its own. */
final class RecordWriter extends SnapshotWriter {
    private final CheckpointStorage storage;

    RecordWriter(CheckpointStorage storage) {
        this.storage = storage;
    }

    @Override
    public boolean init(Void options) {
        return true;
    }

    @Override
    public void shutdown() {}

    @Override
    public boolean saveMeta(SnapshotMeta meta) {
        return storage.save(meta);
    }

    @Override
    public boolean addFile(String fileName, @Nullable Message fileMeta) {
        return false;
    }

    @Override
    public boolean removeFile(String fileName) {
        return false;
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
    public void close(boolean keepDataOnError) {}

    @Override
    public void close() {}
}
