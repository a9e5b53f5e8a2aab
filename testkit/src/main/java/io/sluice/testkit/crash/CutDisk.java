package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;

/**
 * The small disk of one broker, whose power is cut: the broker is frozen, the disk's bytes are copied as the device has them,
 * the broker is killed and started again on the copy. Owner: one thread.
 */
final class CutDisk implements AutoCloseable {
    private static final long IMAGE_BYTES = 768L << 20;

    private final Path folder;
    private LoopImage disk;

    /** In a folder with room for two images. */
    CutDisk(Path folder) {
        this.folder = folder;
        this.disk = LoopImage.create(folder.resolve("disk-0.img"), IMAGE_BYTES);
    }

    /** Mounts it; answers where the broker's data goes. */
    Path mount() {
        return disk.mount().resolve("data");
    }

    /** Writes everything back, as an hour of rest would. */
    void writeBack() {
        disk.writeBack();
    }

    /** Cuts its power; answers how long the broker took to be ready again, in milliseconds. */
    double cut(int round, BrokerUnderTest broker) {
        broker.sigstop();
        LoopImage copy = disk.copyTo(folder.resolve("disk-" + round + ".img"));
        broker.kill9();
        disk.close();
        disk = copy;
        Stopwatch watch = Stopwatch.started();
        broker.restartOn(mount());
        return watch.elapsedMs();
    }

    @Override
    public void close() {
        disk.close();
    }
}
