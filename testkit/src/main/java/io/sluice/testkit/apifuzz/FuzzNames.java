package io.sluice.testkit.apifuzz;

import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.message.ApiMessageType;

/**
 * Who is who in a run. What begins with {@value #HONEST} belongs to the honest clients: only requests that change nothing
 * may be about it.
 */
final class FuzzNames {
    static final String HONEST = "honest";
    static final String SUPER_USER = "admin";
    static final String SUPER_PASSWORD = "admin-secret-1";
    static final String PLAIN_USER = "alice";
    static final String PLAIN_PASSWORD = "alice-secret-2";
    /** They log in, and before that they are nobody. */
    static final Set<String> PROTECTED_USERS = Set.of(SUPER_USER, PLAIN_USER, "ANONYMOUS");
    /** What most fuzzed requests call themselves; no quota slows it down. */
    static final String CLIENT_ID = "fuzz";
    /** Expressions that backtrack take for ever over it. */
    static final String LONG_TOPIC = "a".repeat(40) + "b";

    private static final Set<ApiMessageType> CHANGING_NOTHING = EnumSet.of(
            ApiMessageType.FETCH,
            ApiMessageType.LIST_OFFSETS,
            ApiMessageType.METADATA,
            ApiMessageType.OFFSET_FETCH,
            ApiMessageType.FIND_COORDINATOR,
            ApiMessageType.OFFSET_FOR_LEADER_EPOCH,
            ApiMessageType.DESCRIBE_GROUPS,
            ApiMessageType.CONSUMER_GROUP_DESCRIBE,
            ApiMessageType.DESCRIBE_CONFIGS,
            ApiMessageType.DESCRIBE_ACLS,
            ApiMessageType.DESCRIBE_LOG_DIRS,
            ApiMessageType.DESCRIBE_PRODUCERS,
            ApiMessageType.DESCRIBE_TOPIC_PARTITIONS);

    private FuzzNames() {}

    static boolean isHonest(String name) {
        return name.startsWith(HONEST);
    }

    /** Whether changes of what has this name could hurt the honest clients, or slow down or lock out the attack itself. */
    static boolean isProtected(String name) {
        return isHonest(name) || PROTECTED_USERS.contains(name) || name.equals(CLIENT_ID);
    }

    static boolean changesNothing(ApiMessageType api) {
        return CHANGING_NOTHING.contains(api);
    }
}
