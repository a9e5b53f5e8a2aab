package io.sluice.log.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One 4 KiB page of a file: what is on the medium, what the page cache shows, and what the cache showed in between,
 * because the system may have written back any of it at any moment.
 */
final class SimulatedPage {
    static final int PAGE_BYTES = 4096;
    static final int SECTOR_BYTES = 512;
    private static final int BETWEEN_MAX = 4;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    /** Null if the medium never got this page. */
    private byte @Nullable [] durable;

    private byte[] cached = ZEROS;
    private final List<byte[]> between = new ArrayList<>();
    /** Whether a sync would write the page. A failed sync clears it though the medium may not have the content. */
    private boolean dirty;

    SimulatedPage() {}

    private SimulatedPage(byte[] content) {
        durable = content;
        cached = content;
    }

    void read(ByteBuffer destination, int start, int count) {
        destination.put(cached, start, count);
    }

    void write(ByteBuffer source, int start, int count) {
        byte[] next = cached.clone();
        source.get(next, start, count);
        replace(next);
    }

    void zero(int start, int end) {
        byte[] next = cached.clone();
        Arrays.fill(next, start, end, (byte) 0);
        replace(next);
    }

    private void replace(byte[] next) {
        if (dirty && between.size() < BETWEEN_MAX) {
            between.add(cached);
        }
        cached = next;
        dirty = true;
    }

    void sync() {
        if (dirty) {
            durable = cached;
            between.clear();
            dirty = false;
        }
    }

    /** After a failed sync the system calls the page clean, whether or not it reached the medium. */
    void syncFails(boolean written) {
        if (dirty && written) {
            durable = cached;
        }
        dirty = false;
    }

    /** Changes a byte on the medium and in the cache alike. */
    void flip(int position, byte mask) {
        cached = flipped(cached, position, mask);
        if (durable != null) {
            durable = flipped(durable, position, mask);
        }
    }

    private static byte[] flipped(byte[] content, int position, byte mask) {
        byte[] copy = content.clone();
        copy[position] ^= mask;
        return copy;
    }

    byte[] cached() {
        return cached;
    }

    /**
     * What a power cut leaves. {@code keepChance} is how likely a dirty page had been written back; {@code stale} is what
     * the medium held at a place that was never written.
     */
    SimulatedPage afterPowerLoss(RandomGenerator random, double keepChance, byte[] stale) {
        byte[] old = durable == null ? stale : durable;
        if (!dirty) {
            return new SimulatedPage(old);
        }
        if (random.nextInt(4) == 0) {
            return new SimulatedPage(torn(random, keepChance, old));
        }
        if (!between.isEmpty() && random.nextInt(8) == 0) {
            return new SimulatedPage(between.get(random.nextInt(between.size())));
        }
        return new SimulatedPage(random.nextDouble() < keepChance ? cached : old);
    }

    private byte[] torn(RandomGenerator random, double keepChance, byte[] old) {
        byte[] mixed = old.clone();
        for (int start = 0; start < PAGE_BYTES; start += SECTOR_BYTES) {
            if (random.nextDouble() < keepChance) {
                System.arraycopy(cached, start, mixed, start, SECTOR_BYTES);
            }
        }
        return mixed;
    }
}
