package io.sluice.log;

import io.sluice.common.Check;
import io.sluice.log.compaction.KeyHash;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the segments of a node may take for what they know of their keys ({@link SegmentKeys}), and the secret under which all of
 * them hash keys. Any thread.
 */
public final class KeyMemory {
    private final long bytesMax;
    private final AtomicLong takenBytes = new AtomicLong();
    private final @Nullable KeyHash hash;

    /** So many bytes in all, and a secret from the generator. */
    public KeyMemory(long bytesMax, RandomGenerator random) {
        this.bytesMax = bytesMax;
        this.hash = new KeyHash(random);
    }

    private KeyMemory() {
        this.bytesMax = 0;
        this.hash = null;
    }

    /** For logs that nobody compacts. */
    static KeyMemory none() {
        return new KeyMemory();
    }

    /** A hash of the caller's own, with the secret of all. */
    KeyHash hash() {
        KeyHash known = hash;
        Check.check(known != null, "there are no keys where nothing is compacted");
        return known.copy();
    }

    /** What one segment may have. */
    long segmentBytesMax() {
        return bytesMax / 4;
    }

    /** Answers whether there is room for so many more. */
    boolean take(long bytes) {
        if (takenBytes.addAndGet(bytes) <= bytesMax) {
            return true;
        }
        giveBack(bytes);
        return false;
    }

    void giveBack(long bytes) {
        takenBytes.addAndGet(-bytes);
    }
}
