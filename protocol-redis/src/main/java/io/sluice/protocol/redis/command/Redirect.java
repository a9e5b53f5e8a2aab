package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamService.Leader;
import java.util.List;

/**
 * Tells clients that want to change something, and that nobody passed on, which node decides: cluster clients go there by
 * themselves (<a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">cluster specification</a>).
 * Reads are answered everywhere.
 */
public final class Redirect {
    private static final int NOBODY = 0;

    private Redirect() {}

    /** Throws {@link RedisException} if the command is a change and another node, which clients can reach, decides. */
    public static void check(CommandSpec spec, Request request, Session session, String listener) {
        if (!spec.isChange()) {
            return;
        }
        Leader leader = session.broker().streams().leader();
        boolean isElsewhere = !leader.isHere()
                && leader.nodeId() != NOBODY
                && leader.nodeId() != session.broker().nodeId();
        if (isElsewhere) {
            elsewhere(CommandKeys.of(spec, request), ClusterMap.of(session, listener));
        }
    }

    private static void elsewhere(List<byte[]> keys, ClusterMap map) {
        if (!map.hasMaster()) {
            return;
        }
        if (keys.isEmpty()) {
            throw new RedisException("READONLY You can't write against a read only replica.");
        }
        ClusterMap.Node deciding = map.nodes().getFirst();
        throw new RedisException(
                "MOVED " + HashSlot.of(keys.getFirst()) + " " + deciding.host() + ":" + deciding.port());
    }
}
