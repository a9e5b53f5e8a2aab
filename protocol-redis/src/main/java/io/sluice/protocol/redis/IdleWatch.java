package io.sluice.protocol.redis;

import io.netty.channel.Channel;
import io.sluice.common.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Ends a connection on which its client has said nothing for as long as {@code timeout} allows, unless it waits in a blocking
 * command. Owner: the connection's event loop.
 */
final class IdleWatch {
    private final Channel channel;
    private final Clock clock;
    private final LongSupplier timeoutSeconds;
    private final BooleanSupplier isBlocked;
    private long heardNs;
    private boolean isWatching;

    IdleWatch(Channel channel, Clock clock, LongSupplier timeoutSeconds, BooleanSupplier isBlocked) {
        this.channel = channel;
        this.clock = clock;
        this.timeoutSeconds = timeoutSeconds;
        this.isBlocked = isBlocked;
        heardNs = clock.nanoTime();
    }

    /** The client has said something. */
    void heard() {
        heardNs = clock.nanoTime();
        begin();
    }

    /** A limit may be set by now. */
    void begin() {
        if (!isWatching && timeoutSeconds.getAsLong() > 0) {
            isWatching = true;
            look();
        }
    }

    private void look() {
        long limitNs = TimeUnit.SECONDS.toNanos(timeoutSeconds.getAsLong());
        if (limitNs == 0 || !channel.isActive()) {
            isWatching = false;
            return;
        }
        if (isBlocked.getAsBoolean()) {
            heardNs = clock.nanoTime();
        }
        long leftNs = limitNs - (clock.nanoTime() - heardNs);
        if (leftNs <= 0) {
            channel.close();
        } else {
            channel.eventLoop().schedule(this::look, leftNs, TimeUnit.NANOSECONDS);
        }
    }
}
