package io.sluice.broker.group;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes member ids. Owner: the shard's apply thread. */
final class MemberIds {
    private final RandomGenerator random;

    MemberIds(RandomGenerator random) {
        this.random = random;
    }

    /** One that begins with what people know the client by. */
    String next(String prefix) {
        return prefix + "-" + next();
    }

    /** A random UUID. */
    String next() {
        long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
