package io.sluice.broker.quota;

import io.sluice.common.Clock;
import java.util.Arrays;

/**
 * Rate over the last windows, as Kafka measures it: what the windows hold, divided by their time, where windows in which
 * nothing was counted yet count as time too. So a burst is allowed after rest, and the average holds.
 *
 * <pre>
 *   | 9 | 0 | 0 | 4 | 7 | 2 ..|
 *     ^ oldest            ^ current, so far
 * </pre>
 */
final class WindowedMeter extends Meter {
    private final long lengthMs;
    private final double[] windows;
    private long current;
    private double sum;

    WindowedMeter(Clock clock, double limit, int windowCount, long windowMs, int restMsMax) {
        super(clock, limit, windowMs, restMsMax);
        lengthMs = windowMs;
        windows = new double[windowCount];
        current = nowMs() / windowMs;
    }

    @Override
    void add(double amount, long now) {
        advance(now);
        windows[place(current)] += amount;
        sum += amount;
    }

    @Override
    double excess(long now) {
        advance(now);
        double seconds = ((windows.length - 1) * lengthMs + Math.floorMod(now, lengthMs)) / SECOND_MS;
        return sum - limit() * seconds;
    }

    @Override
    boolean isForgotten(long now, long idleMs) {
        return idleMs > windows.length * lengthMs;
    }

    private void advance(long now) {
        long reached = Math.floorDiv(now, lengthMs);
        if (reached == current) {
            return;
        }
        long passed = Math.min(windows.length, reached - current);
        for (long i = 0; i < passed; i++) {
            windows[place(reached - i)] = 0;
        }
        current = reached;
        // Summed anew, so that rounding errors do not add up.
        sum = Arrays.stream(windows).sum();
    }

    private int place(long window) {
        return (int) Math.floorMod(window, (long) windows.length);
    }
}
