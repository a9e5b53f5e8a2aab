package io.sluice.replication;

/** Hears how a backup or its restoration goes on, on the thread that does it; by waiting it sets the pace. */
public interface BackupProgress {
    /** So many bytes will be read. */
    void planned(long bytes);

    /** So many more were read. */
    void copied(long bytes);

    /** Nobody listens. */
    BackupProgress SILENT = new BackupProgress() {
        @Override
        public void planned(long bytes) {}

        @Override
        public void copied(long bytes) {}
    };
}
