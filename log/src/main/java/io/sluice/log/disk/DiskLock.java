package io.sluice.log.disk;

/** An exclusive lock, held until it is closed or the process ends. */
public interface DiskLock extends AutoCloseable {
    /** Lets it go; nothing happens the second time. Throws {@link DiskException} if the system refuses. */
    @Override
    void close();
}
