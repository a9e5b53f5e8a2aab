package io.sluice.protocol.redis.command;

/**
 * The slot of a key as Redis Cluster computes it: CRC16 of the key, or of what stands between its first braces if that is not empty
 * (<a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">cluster specification</a>).
 */
final class HashSlot {
    static final int COUNT = 16_384;

    /** CCITT, as XMODEM uses it. */
    private static final int POLYNOMIAL = 0x1021;

    private HashSlot() {}

    static int of(byte[] key) {
        int open = indexOf(key, '{', 0);
        int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
        boolean hasTag = close > open + 1;
        return (hasTag ? crc(key, open + 1, close) : crc(key, 0, key.length)) % COUNT;
    }

    private static int indexOf(byte[] key, char wanted, int from) {
        for (int i = from; i < key.length; i++) {
            if (key[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int crc(byte[] bytes, int from, int to) {
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc ^= (bytes[i] & 0xFF) << Byte.SIZE;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                boolean isSet = (crc & 0x8000) != 0;
                crc = (crc << 1 ^ (isSet ? POLYNOMIAL : 0)) & 0xFFFF;
            }
        }
        return crc;
    }
}
