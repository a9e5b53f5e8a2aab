package io.sluice.broker.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of a stream: any bytes, in one of {@link #DATABASES} databases. Ordered by database, then by {@link #order},
 * which is what walks over all keys go by. Immutable; the bytes are not copied and must not change.
 */
public final class StreamKey implements Comparable<StreamKey> {
    /** How many databases there are, 0 to 15. */
    public static final int DATABASES = 16;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final int database;
    private final byte[] name;
    private final long order;

    /** Of a database and a name. */
    public StreamKey(int database, byte[] name) {
        this.database = database;
        this.name = name;
        order = orderOf(name);
    }

    private StreamKey(int database, byte[] name, long order) {
        this.database = database;
        this.name = name;
        this.order = order;
    }

    /** What stands before all keys of that place or a later one; no key itself. */
    public static StreamKey lowest(int database, long order) {
        return new StreamKey(database, new byte[0], order);
    }

    /** FNV-1a, mixed, without the sign. */
    private static long orderOf(byte[] name) {
        long hash = FNV_OFFSET;
        for (byte each : name) {
            hash = (hash ^ (each & 0xFF)) * FNV_PRIME;
        }
        hash ^= hash >>> 32;
        hash *= 0x9E3779B97F4A7C15L;
        return (hash ^ hash >>> 29) & Long.MAX_VALUE;
    }

    /** Its database. */
    public int database() {
        return database;
    }

    /** Its bytes; not to be changed. */
    public byte[] name() {
        return name;
    }

    /** Its place among the keys of its database, never negative; several keys may share one. */
    public long order() {
        return order;
    }

    @Override
    public int compareTo(StreamKey other) {
        int byDatabase = Integer.compare(database, other.database);
        if (byDatabase != 0) {
            return byDatabase;
        }
        int byOrder = Long.compare(order, other.order);
        return byOrder != 0 ? byOrder : Arrays.compareUnsigned(name, other.name);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof StreamKey other
                && order == other.order
                && database == other.database
                && Arrays.equals(name, other.name);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(order) + database;
    }

    @Override
    public String toString() {
        return database + ":" + new String(name, StandardCharsets.ISO_8859_1);
    }
}
