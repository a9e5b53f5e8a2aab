package io.sluice.protocol.redis.command;

import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What clients of a Redis cluster ask. All slots are where streams are decided; any other node passes its clients on to there,
 * where it can, and tells the others MOVED. One node alone answers as a cluster of one.
 */
final class ClusterCommands {
    private static final List<String> HELP = List.of(
            "CLUSTER <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "COUNTKEYSINSLOT <slot>",
            "    Return the number of keys in <slot>.",
            "GETKEYSINSLOT <slot> <count>",
            "    Return key names stored by current node in a slot.",
            "INFO",
            "    Return information about the cluster.",
            "KEYSLOT <key>",
            "    Return the hash slot for <key>.",
            "MYID",
            "    Return the node id.",
            "NODES",
            "    Return cluster configuration seen by node.",
            "REPLICAS <node-id>",
            "    Return <node-id> replicas.",
            "SLOTS",
            "    Return information about slots range mappings.",
            "SHARDS",
            "    Return information about slot range mappings and the nodes associated with them.",
            "HELP",
            "    Print this help.");

    private final ServerState server;

    ClusterCommands(ServerState server) {
        this.server = server;
    }

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.of("cluster|info", 2, "loading stale", of(ClusterCommands::info)),
                CommandSpec.of("cluster|myid", 2, "loading stale", of((map, out) -> out.bulk(map.ownName()))),
                CommandSpec.of("cluster|slots", 2, "loading stale", of(ClusterCommands::slots)),
                CommandSpec.of("cluster|shards", 2, "loading stale", of(ClusterCommands::shards)),
                CommandSpec.of(
                        "cluster|nodes", 2, "loading stale", of((map, out) -> out.verbatim(lines(map, map.nodes())))),
                CommandSpec.of("cluster|replicas", 3, "admin stale", this::replicas),
                CommandSpec.of("cluster|slaves", 3, "admin stale", this::replicas),
                CommandSpec.of("cluster|keyslot", 3, "loading stale", this::slotOfKey),
                CommandSpec.of("cluster|countkeysinslot", 3, "stale", this::countKeys),
                CommandSpec.of("cluster|getkeysinslot", 4, "stale", this::getKeys),
                CommandSpec.of("cluster|help", 2, "loading stale", (r, s) -> new Plan.Now(out -> out.simples(HELP))),
                CommandSpec.of("cluster|relayed", 2, "no_auth at_once", (r, s) -> new Plan.Now(ReplyWriter::ok)),
                CommandSpec.of("readonly", 1, "loading stale fast", (r, s) -> new Plan.Now(ReplyWriter::ok)),
                CommandSpec.of("readwrite", 1, "loading stale fast", (r, s) -> new Plan.Now(ReplyWriter::ok)),
                CommandSpec.of("asking", 1, "fast", (r, s) -> new Plan.Now(ReplyWriter::ok)));
    }

    private CommandSpec.Handler of(BiConsumer<ClusterMap, ReplyWriter> reply) {
        return (request, session) ->
                new Plan.Now(out -> reply.accept(ClusterMap.of(session, server.listenerName()), out));
    }

    private static void info(ClusterMap map, ReplyWriter out) {
        int slots = map.hasMaster() ? HashSlot.COUNT : 0;
        out.verbatim("cluster_enabled:" + (map.isCluster() ? 1 : 0) + "\r\ncluster_state:"
                + (map.hasMaster() ? "ok" : "fail") + "\r\ncluster_slots_assigned:" + slots + "\r\ncluster_slots_ok:"
                + slots + "\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:0\r\ncluster_known_nodes:"
                + map.nodes().size() + "\r\ncluster_size:" + (map.hasMaster() ? 1 : 0) + "\r\ncluster_current_epoch:"
                + map.term() + "\r\ncluster_my_epoch:" + map.term() + "\r\n");
    }

    private static void slots(ClusterMap map, ReplyWriter out) {
        if (!map.hasMaster()) {
            out.array(0);
            return;
        }
        out.array(1);
        out.array(2L + map.nodes().size());
        out.integer(0);
        out.integer(HashSlot.COUNT - 1);
        for (ClusterMap.Node node : map.nodes()) {
            out.array(4);
            out.bulk(node.host());
            out.integer(node.port());
            out.bulk(node.name());
            out.map(0);
        }
    }

    private static void shards(ClusterMap map, ReplyWriter out) {
        out.array(1);
        out.map(2);
        out.bulk("slots");
        out.array(map.hasMaster() ? 2 : 0);
        if (map.hasMaster()) {
            out.integer(0);
            out.integer(HashSlot.COUNT - 1);
        }
        out.bulk("nodes");
        out.array(map.nodes().size());
        for (ClusterMap.Node node : map.nodes()) {
            out.map(7);
            out.bulk("id");
            out.bulk(node.name());
            out.bulk("port");
            out.integer(node.port());
            out.bulk("ip");
            out.bulk(node.host());
            out.bulk("endpoint");
            out.bulk(node.host());
            out.bulk("role");
            out.bulk(node.isMaster() ? "master" : "replica");
            out.bulk("replication-offset");
            out.integer(0);
            out.bulk("health");
            out.bulk("online");
        }
    }

    /** One line a node, as in nodes.conf; there is no bus port, and nobody pings. */
    private static String lines(ClusterMap map, List<ClusterMap.Node> nodes) {
        StringBuilder text = new StringBuilder();
        for (ClusterMap.Node node : nodes) {
            text.append(line(map, node)).append('\n');
        }
        return text.toString();
    }

    private static String line(ClusterMap map, ClusterMap.Node node) {
        String master = node.isMaster() || !map.hasMaster()
                ? "-"
                : map.nodes().getFirst().name();
        return node.name() + " " + node.host() + ":" + node.port() + "@0 " + (node.isSelf() ? "myself," : "")
                + (node.isMaster() ? "master" : "slave") + " " + master + " 0 0 " + map.term() + " connected"
                + (node.isMaster() ? " 0-" + (HashSlot.COUNT - 1) : "");
    }

    private Plan replicas(Request request, Session session) {
        ClusterMap map = ClusterMap.of(session, server.listenerName());
        String name = request.text(2);
        ClusterMap.Node node = map.nodes().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RedisException("ERR Unknown node " + name));
        if (!node.isMaster()) {
            throw new RedisException("ERR The specified node is not a master");
        }
        List<String> lines =
                map.replicas().stream().map(each -> line(map, each)).toList();
        return new Plan.Now(out -> {
            out.array(lines.size());
            lines.forEach(out::bulk);
        });
    }

    private Plan slotOfKey(Request request, Session session) {
        return new Plan.Now(out -> out.integer(HashSlot.of(request.word(2))));
    }

    private Plan countKeys(Request request, Session session) {
        int slot = slot(request);
        StreamService streams = session.broker().streams();
        return Plan.Read.slow(
                out -> out.integer(keys(streams, slot, Long.MAX_VALUE).size()));
    }

    private Plan getKeys(Request request, Session session) {
        int slot = slot(request);
        long count = request.integer(3);
        if (count < 0) {
            throw new RedisException("ERR Invalid number of keys");
        }
        StreamService streams = session.broker().streams();
        return Plan.Read.slow(out -> {
            List<StreamKey> found = keys(streams, slot, count);
            out.array(found.size());
            found.forEach(key -> out.bulk(key.name()));
        });
    }

    private static int slot(Request request) {
        long slot = request.integer(2);
        if (slot < 0 || slot >= HashSlot.COUNT) {
            throw new RedisException("ERR Invalid slot");
        }
        return (int) slot;
    }

    /** Redis Cluster knows the first database alone. */
    private static List<StreamKey> keys(StreamService streams, int slot, long countMax) {
        List<StreamKey> found = new ArrayList<>();
        KeyWalk walk = new KeyWalk(streams, 0, 0);
        while (found.size() < countMax && !walk.isOver()) {
            walk.next().stream()
                    .filter(key -> HashSlot.of(key.name()) == slot)
                    .limit(countMax - found.size())
                    .forEach(found::add);
        }
        return found;
    }
}
