package io.sluice.broker.group;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes member ids. Owner: the shard's apply thread. */
final class MemberIds {
    /** An id must fit into an answer, and a client may call itself by 32,767 bytes. */
    private static final int PREFIX_CHARS_MAX = 1_000;

    private final RandomGenerator random;

    MemberIds(RandomGenerator random) {
        this.random = random;
    }

    /** One that begins with what people know the client by. */
    String next(String prefix) {
        String known = prefix.length() > PREFIX_CHARS_MAX ? prefix.substring(0, PREFIX_CHARS_MAX) : prefix;
        return known + "-" + next();
    }

    /** A random UUID. */
    String next() {
        long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
