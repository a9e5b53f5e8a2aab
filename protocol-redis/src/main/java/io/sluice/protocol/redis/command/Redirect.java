package io.sluice.protocol.redis.command;

import java.util.List;

/**
 * Tells clients that want to change something, and that nobody passed on, which node decides: cluster clients go there by
 * themselves (<a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">cluster specification</a>).
 * Reads are answered everywhere.
 */
public final class Redirect {
    private Redirect() {}

    /** Throws {@link RedisException} if the command is a change and another node, which clients can reach, decides. */
    public static void check(CommandSpec spec, Request request, Session session, String listener) {
        if (spec.isChange() && !session.broker().streams().leader().isHere()) {
            ClusterMap map = ClusterMap.of(session, listener);
            if (map.hasMaster() && !map.nodes().getFirst().isSelf()) {
                throw elsewhere(CommandKeys.of(spec, request), map.nodes().getFirst());
            }
        }
    }

    private static RedisException elsewhere(List<byte[]> keys, ClusterMap.Node deciding) {
        return new RedisException(
                keys.isEmpty()
                        ? "READONLY You can't write against a read only replica."
                        : "MOVED " + HashSlot.of(keys.getFirst()) + " " + deciding.host() + ":" + deciding.port());
    }
}
