package io.sluice.replication.raft;

import io.sluice.log.disk.DiskFullException;
import io.sluice.replication.journal.JournalFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prepares the journal's next file ahead of need, on a thread of its own. */
final class FilePreparation {
    private static final Logger LOG = LoggerFactory.getLogger(FilePreparation.class);
    private static final long EVERY_BYTES = 4L << 20;

    private final JournalFiles files;
    private final Halt halt;
    private long seenBytes;
    private boolean wanted = true;
    private boolean stopping;

    FilePreparation(JournalFiles files, Halt halt) {
        this.files = files;
        this.halt = halt;
    }

    /** More was appended. */
    synchronized void appended() {
        long writtenBytes = files.writtenBytes();
        if (writtenBytes - seenBytes >= EVERY_BYTES) {
            seenBytes = writtenBytes;
            wanted = true;
            notifyAll();
        }
    }

    void run() {
        try {
            while (awaitWish()) {
                prepare();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            halt.halt(failed);
        }
    }

    private void prepare() {
        try {
            files.prepareNextFile();
        } catch (DiskFullException full) {
            // The current file may last until there is space again; the next wish comes with the next bytes.
            LOG.warn("no space for the journal's next file: {}", full.getMessage());
        }
    }

    private synchronized boolean awaitWish() throws InterruptedException {
        while (!wanted && !stopping) {
            wait();
        }
        wanted = false;
        return !stopping;
    }

    synchronized void stop() {
        stopping = true;
        notifyAll();
    }
}
