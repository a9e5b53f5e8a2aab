package io.sluice.protocol.redis.command;

import java.util.List;

/**
 * A command.
 *
 * @param name in lower case; of a subcommand {@code container|name}
 * @param arity number of words, negative for at least so many
 * @param flags as COMMAND tells them
 * @param firstKey index of the first key, 0 for none
 * @param lastKey index of the last key, negative from the end
 * @param keyStep distance of keys
 * @param handler what it does
 */
public record CommandSpec(
        String name, int arity, List<String> flags, int firstKey, int lastKey, int keyStep, Handler handler) {
    /** What a command does. */
    public interface Handler {
        /** Says what is needed to answer; changes nothing but the session. Throws {@link RedisException}. */
        Plan plan(Request request, Session session);
    }

    static CommandSpec of(String name, int arity, String flags, Handler handler) {
        return keyed(name, arity, flags, 0, 0, 0, handler);
    }

    /** With one key, the first word after the name. */
    static CommandSpec ofKey(String name, int arity, String flags, Handler handler) {
        return keyed(name, arity, flags, 1, 1, 1, handler);
    }

    /** With keys as all words after the name. */
    static CommandSpec ofKeys(String name, int arity, String flags, Handler handler) {
        return keyed(name, arity, flags, 1, -1, 1, handler);
    }

    static CommandSpec keyed(
            String name, int arity, String flags, int firstKey, int lastKey, int keyStep, Handler handler) {
        return new CommandSpec(name, arity, List.of(flags.split(" ", -1)), firstKey, lastKey, keyStep, handler);
    }

    /** Whether a request has as many words as it must. */
    boolean fits(int wordCount) {
        return arity >= 0 ? wordCount == arity : wordCount >= -arity;
    }

    /** Whether it may come before the login. */
    public boolean isOpen() {
        return flags.contains("no_auth");
    }

    /** Whether it may change streams. */
    boolean isChange() {
        return flags.contains("write");
    }

    /** Whether it is carried out at once within a transaction instead of queued. */
    public boolean isAtOnce() {
        return flags.contains("at_once");
    }
}
