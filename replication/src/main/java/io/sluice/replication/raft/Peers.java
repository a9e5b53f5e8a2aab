package io.sluice.replication.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.util.Endpoint;
import io.sluice.common.Check;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nodes as the engine names them. Its peers are addresses and are kept on disk; ours are node ids, and where a node listens
 * is nobody's business here: node 7 is the "host" n7 with port 0.
 */
final class Peers {
    private static final int NODES_MAX = 100;

    private Peers() {}

    static PeerId peer(int nodeId) {
        Check.check(nodeId > 0, "%d is no node id", nodeId);
        return new PeerId("n" + nodeId, 0);
    }

    static int nodeId(PeerId peer) {
        return nodeId(peer.getEndpoint());
    }

    static int nodeId(Endpoint endpoint) {
        return Integer.parseInt(endpoint.getIp().substring(1));
    }

    static List<PeerId> peers(Collection<Integer> nodeIds) {
        return nodeIds.stream().map(Peers::peer).toList();
    }

    /**
     * Who belongs to a group; {@code oldVoters} and {@code oldLearners} are null unless a change is under way.
     */
    record Members(
            List<PeerId> voters,
            @Nullable List<PeerId> learners,
            @Nullable List<PeerId> oldVoters,
            @Nullable List<PeerId> oldLearners) {

        static Members of(Collection<Integer> voterIds) {
            return new Members(peers(voterIds), null, null, null);
        }

        ByteBuffer encode() {
            ByteBuffer target =
                    ByteBuffer.allocate(16 + 4 * (size(voters) + size(learners) + size(oldVoters) + size(oldLearners)));
            put(target, voters);
            put(target, learners);
            put(target, oldVoters);
            put(target, oldLearners);
            return target.flip();
        }

        static Members decode(ByteBuffer source) {
            List<PeerId> voters = get(source);
            Check.check(voters != null, "a configuration has voters");
            return new Members(voters, get(source), get(source), get(source));
        }

        Configuration configuration() {
            return new Configuration(voters, orEmpty(learners));
        }

        Configuration oldConfiguration() {
            return new Configuration(orEmpty(oldVoters), orEmpty(oldLearners));
        }

        ConfigurationEntry entry(long index, long term) {
            return new ConfigurationEntry(new LogId(index, term), configuration(), oldConfiguration());
        }

        private static int size(@Nullable List<PeerId> peers) {
            return peers == null ? 0 : peers.size();
        }

        private static List<PeerId> orEmpty(@Nullable List<PeerId> peers) {
            return peers == null ? List.of() : peers;
        }

        private static void put(ByteBuffer target, @Nullable List<PeerId> peers) {
            if (peers == null) {
                target.putInt(-1);
                return;
            }
            target.putInt(peers.size());
            peers.forEach(peer -> target.putInt(nodeId(peer)));
        }

        private static @Nullable List<PeerId> get(ByteBuffer source) {
            int count = source.getInt();
            Check.check(count <= NODES_MAX, "a configuration of %d nodes", count);
            if (count < 0) {
                return null;
            }
            List<PeerId> peers = new ArrayList<>(count);
            for (int at = 0; at < count; at++) {
                peers.add(peer(source.getInt()));
            }
            return peers;
        }
    }
}
