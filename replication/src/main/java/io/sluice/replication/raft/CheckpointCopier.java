package io.sluice.replication.raft;

import com.alipay.sofa.jraft.entity.RaftOutter.SnapshotMeta;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import io.sluice.common.Worker;
import io.sluice.replication.journal.CheckpointTransfer;
import io.sluice.replication.journal.TransferFailedException;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the shard fetch another node's checkpoint, on a thread of its own, while the engine waits. */
final class CheckpointCopier extends SnapshotCopier {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointCopier.class);

    private final CheckpointTransfer transfer;
    private final int nodeId;
    private final SnapshotMeta meta;
    private final CheckpointPosition own;
    private final Worker worker = new Worker();
    private volatile boolean isCancelled;

    CheckpointCopier(CheckpointTransfer transfer, int nodeId, SnapshotMeta meta, CheckpointPosition own) {
        this.transfer = transfer;
        this.nodeId = nodeId;
        this.meta = meta;
        this.own = own;
    }

    void start(ThreadFactory threads, String name) {
        worker.start(threads, name, this::fetch);
    }

    private void fetch() {
        if (own.index() >= meta.getLastIncludedIndex()) {
            // It was installed before a crash that the engine's record of it did not survive.
            return;
        }
        try {
            transfer.fetch(nodeId, meta.getLastIncludedIndex(), () -> isCancelled);
        } catch (TransferFailedException failed) {
            LOG.warn("no checkpoint of node={}, will be tried again: {}", nodeId, failed.getMessage());
            setError(RaftError.ECANCELED, "%s", failed.getMessage());
        }
    }

    /** It was started when it was made. */
    @Override
    public void start() {}

    @Override
    public void cancel() {
        isCancelled = true;
    }

    @Override
    public void join() throws InterruptedException {
        worker.join();
    }

    @Override
    public @Nullable SnapshotReader getReader() {
        return isOk() ? new RecordReader(meta, nodeId, true) : null;
    }

    @Override
    public void close() {
        isCancelled = true;
    }
}
