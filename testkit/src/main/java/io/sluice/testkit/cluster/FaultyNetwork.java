package io.sluice.testkit.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What happens to what nodes say to each other, by direction: nothing, a delay with jitter, or loss without a word, as of a
 * pulled cable or a one-way route. A connection that has lost bytes never comes back to sense: it is broken when the line
 * is whole again. Safe for any thread.
 */
final class FaultyNetwork {
    private static final long LOOK_MS = 10;

    private final SplittableRandom random;
    private final Map<Integer, Line> lines = new ConcurrentHashMap<>();

    FaultyNetwork(long seed) {
        random = new SplittableRandom(seed);
    }

    /** From one node to another. */
    Line line(int from, int to) {
        return lines.computeIfAbsent(from * 1_000 + to, key -> new Line());
    }

    /** Every line on which something was said. */
    void slow(int limitMs) {
        lines.values().forEach(line -> line.delayUpTo(limitMs));
    }

    void heal() {
        lines.values().forEach(Line::heal);
    }

    /** One direction between two nodes. */
    final class Line {
        private volatile boolean isCut;
        private volatile int delayMs;
        private volatile long healedCount;

        /** From now on what is sent is swallowed. */
        void cut() {
            isCut = true;
        }

        /** From now on each piece takes a random time up to this, and those behind it wait. */
        void delayUpTo(int maxMs) {
            delayMs = maxMs;
        }

        /** Whole and quick again. */
        void heal() {
            delayMs = 0;
            if (isCut) {
                healedCount++;
                isCut = false;
            }
        }

        /** Passes the bytes on, late, or never; throws {@link IOException} where the connection has become senseless. */
        void pass(ByteBuffer piece, WritableByteChannel to) throws IOException, InterruptedException {
            long healed = healedCount;
            int maxMs = delayMs;
            if (maxMs > 0) {
                Thread.sleep(pick(maxMs));
            }
            if (isCut) {
                awaitHealing(healed);
                throw new IOException("bytes were lost");
            }
            while (piece.hasRemaining()) {
                to.write(piece);
            }
        }

        private void awaitHealing(long healed) throws InterruptedException {
            while (isCut && healedCount == healed) {
                Thread.sleep(LOOK_MS);
            }
        }

        /** The end of a connection does not get through a line that is cut either. */
        void awaitWhole() throws InterruptedException {
            awaitHealing(healedCount);
        }
    }

    private synchronized long pick(int boundMs) {
        return random.nextInt(boundMs + 1);
    }
}
