package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamFault;

/** Error replies, word for word as Redis 8 writes them where it has them. */
final class Errors {
    static final String SYNTAX = "ERR syntax error";
    static final String NOT_INTEGER = "ERR value is not an integer or out of range";
    static final String INVALID_ID = "ERR Invalid stream ID specified as stream command argument";
    static final String NO_SUCH_KEY = "ERR no such key";

    private Errors() {}

    static RedisException syntax() {
        return new RedisException(SYNTAX);
    }

    static RedisException arity(String command) {
        return new RedisException("ERR wrong number of arguments for '" + command + "' command");
    }

    static RedisException noPermission(String command) {
        return new RedisException("NOPERM this user has no permissions to run the '" + command + "' command");
    }

    /** The reply for a refusal; {@code command} is the one that was refused. */
    static String text(StreamFault fault, String command) {
        return switch (fault) {
            case NO_SUCH_KEY -> NO_SUCH_KEY;
            case ID_ZERO -> "ERR The ID specified in XADD must be greater than 0-0";
            case ID_NOT_AFTER_LAST ->
                "ERR The ID specified in XADD is equal or smaller than the target stream top item";
            case IDS_EXHAUSTED -> "ERR The stream has exhausted the last possible ID, unable to add more items";
            case TOO_LARGE -> "ERR Elements are too large to be stored";
            case LAST_ID_BEFORE_ENTRIES -> "ERR The ID specified in XSETID is smaller than the target stream top item";
            case LAST_ID_BEFORE_DELETED ->
                "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id";
            case ADDED_BELOW_LENGTH ->
                "ERR The entries_added specified in XSETID is smaller than the target stream length";
            case DENIED -> "NOPERM this user has no permissions to run the '" + command + "' command on this key";
            case NOT_FOR_TOPICS ->
                "ERR this key is a topic that was not made by XADD; its records keep the ids and the retention that it has";
            case SEVERAL_PARTITIONS ->
                "ERR this key is a topic of several partitions; name one of them as key#0, key#1 and so on";
            case TOPIC_IN_TRANSACTION -> "ERR a topic that was not made by XADD cannot be changed within MULTI";
            case TOO_MANY_KEYS -> "OOM command not allowed: the broker takes no more keys (sluice.partitions.max)";
            case CHANGED_MEANWHILE -> "EXECABORT a watched key has changed";
            case KEY_EXISTS -> "ERR target key name already exists";
            case GROUP_EXISTS -> "BUSYGROUP Consumer Group name already exists";
            case TOO_MANY_GROUPS ->
                "OOM command not allowed: the stream takes no more groups, or the group no more consumers";
            case TOO_MANY_WAITERS -> "OOM command not allowed: too many clients wait for this stream";
            case TOO_MANY_REMEMBERED ->
                "OOM command not allowed: the stream remembers too many ids of producers, see XCFGSET";
            case NO_SUCH_ENTRY -> "ERR No such message in stream";
            case REMEMBERED_OTHERWISE ->
                "ERR The specified IDMP producer-id/idempotent-id pair maps to a different stream ID";
            case STORAGE -> "MISCONF the disk failed or is full; entries cannot be added or looked up now";
            case UNAVAILABLE -> "TRYAGAIN this broker cannot decide now; whether the change happens is not known";
        };
    }
}
