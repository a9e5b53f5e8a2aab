package io.sluice.testkit.apifuzz;

import io.sluice.testkit.apifuzz.Learned.Membership;
import java.util.Optional;
import java.util.SplittableRandom;

/** Numbers that mean something in the field they are drawn for, and their neighbours. */
final class FieldNumbers {
    static final long BROKER_RESOURCE = 4;
    static final long LOGGER_RESOURCE = 8;
    static final long GROUP_RESOURCE = 32;

    private static final long[] ANY = {0, 1, -1, 2, 3, -2, 4, 10, 100, 1 << 20};
    private static final long[] PARTITIONS = {0, 0, 0, 1, 2, 3, 4, -1};
    private static final long[] COUNTS = {-1, 0, 1, 2, 4, 5, 100, 1_000, 1 << 20};
    private static final long[] REPLICATION = {-1, 1, 1, 1, 0, 2, 3};
    private static final long[] NODES = {1, 1, 1, 0, -1, 2};
    private static final long[] ACKS = {-1, -1, -1, 1, 1, 0, 2, -2};
    private static final long[] REPLICA = {-1, -1, -1, -1, -2, 0, 1, 5};
    private static final long[] TIMES_MS = {0, 1, 10, 100, 1_000, 6_000, 10_000, 30_000, -1};
    /** None that a broker may rightly keep for longer than an answer is waited for. */
    private static final long[] WAITS_MS = {0, 0, 0, 1, 10, 50, 500, -1, Integer.MIN_VALUE};

    private static final long[] OFFSETS = {0, 0, 1, 2, 5, 100, -1, -2};
    private static final long[] TIMESTAMPS = {-1, -2, -3, -4, -5, -6, -7, 0, 1_700_000_000_000L};
    private static final long[] EPOCHS = {-1, -1, 0, 1, 2, -2};
    private static final long[] RESOURCES = {
        2, 2, 2, 1, 3, BROKER_RESOURCE, 5, 6, 7, LOGGER_RESOURCE, 16, GROUP_RESOURCE
    };
    private static final long[] BYTES = {0, 1, 1_000, 1 << 20, 100 << 20, -1};
    private static final long[] ITERATIONS = {4_096, 8_192, 16_384, 16_385, 0, -1};

    private static final long[] SHARE_EPOCHS = {0, 0, 0, 1, 1, 2, 3, -1, -2};
    private static final long[] ACKNOWLEDGE_TYPES = {1, 1, 1, 0, 2, 2, 3, 4, 5, -1};
    private static final long[] RECORDS = {1, 10, 500, 500, 0, -1};

    private FieldNumbers() {}

    static long draw(
            String field, int bits, SplittableRandom random, Learned learned, Optional<Membership> membership) {
        if (field.equals("max_wait_ms")) {
            return WAITS_MS[random.nextInt(WAITS_MS.length)];
        }
        int die = random.nextInt(20);
        if (die == 0) {
            return (1L << (bits - 1)) - 1;
        }
        if (die == 1) {
            return -1L << (bits - 1);
        }
        if (die == 2) {
            return random.nextLong();
        }
        if (membership.isPresent() && isEpochOfMember(field) && die < 17) {
            return membership.get().epoch();
        }
        Optional<Long> known = learned.any(field, Long.class, random);
        if (known.isPresent() && die < 12) {
            return known.get();
        }
        long[] usual = usual(field);
        return usual[random.nextInt(usual.length)];
    }

    private static boolean isEpochOfMember(String field) {
        return field.equals("generation_id")
                || field.equals("member_epoch")
                || field.equals("generation_id_or_member_epoch");
    }

    private static long[] usual(String field) {
        return switch (field) {
            case "partition", "partition_index", "index", "partition_indexes", "partitions" -> PARTITIONS;
            case "num_partitions", "count", "response_partition_limit" -> COUNTS;
            case "replication_factor" -> REPLICATION;
            case "replicas", "broker_ids", "node_id" -> NODES;
            case "acks" -> ACKS;
            case "replica_id" -> REPLICA;
            case "fetch_offset", "offset", "committed_offset", "log_start_offset" -> OFFSETS;
            case "first_offset", "last_offset", "start_offset" -> OFFSETS;
            case "timestamp" -> TIMESTAMPS;
            case "resource_type", "resource_types", "resource_type_filter" -> RESOURCES;
            case "max_bytes", "partition_max_bytes", "min_bytes" -> BYTES;
            case "iterations" -> ITERATIONS;
            case "share_session_epoch" -> SHARE_EPOCHS;
            case "acknowledge_types" -> ACKNOWLEDGE_TYPES;
            case "max_records", "batch_size" -> RECORDS;
            default -> field.endsWith("_ms") ? TIMES_MS : field.endsWith("epoch") ? EPOCHS : ANY;
        };
    }
}
