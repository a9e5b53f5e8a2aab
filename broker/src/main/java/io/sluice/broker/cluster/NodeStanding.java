package io.sluice.broker.cluster;

import static io.sluice.common.Check.check;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a node stands at a moment, as it tells other nodes: version 4 = 2 | serves 1 | knows who asks 1 | followed version 8 |
 * shards 4 | shards × (id 4 | follows 0, leads 1 or repairs 2, in 1 | applied index 8). Immutable.
 *
 * @param isServing whether clients are answered there: neither does it still start nor does it stop
 * @param knowsAsker whether who asks is a member, as far as that node knows
 * @param followedVersion the cluster whose shards the node has opened and closed last
 * @param shards those that are open there, by id
 */
public record NodeStanding(
        boolean isServing, boolean knowsAsker, long followedVersion, SortedMap<Integer, Place> shards) {
    private static final int VERSION = 2;
    private static final int SHARD_BYTES = 13;
    private static final int FOLLOWS = 0;
    private static final int LEADS = 1;

    /** Nodes that do not know of it take it for a follower. */
    private static final int REPAIRS = 2;

    /** Copies the map. */
    public NodeStanding {
        shards = Collections.unmodifiableSortedMap(new TreeMap<>(shards));
    }

    /**
     * A shard there.
     *
     * @param isLeading whether the node leads it
     * @param isQuarantined whether its journal was lost and is being filled again, so that it must neither vote nor lead
     * @param appliedIndex newest entry that it has applied
     */
    public record Place(boolean isLeading, boolean isQuarantined, long appliedIndex) {
        private int how() {
            if (isQuarantined) {
                return REPAIRS;
            }
            return isLeading ? LEADS : FOLLOWS;
        }
    }

    /** The shard, if the node has it open. */
    public Optional<Place> shard(int id) {
        return Optional.ofNullable(shards.get(id));
    }

    /** For another node. */
    public ByteBuffer encode() {
        ByteWriter out = new ByteWriter().putInt(VERSION).putByte(isServing ? 1 : 0);
        out.putByte(knowsAsker ? 1 : 0).putLong(followedVersion).putInt(shards.size());
        shards.forEach((id, place) -> out.putInt(id).putByte(place.how()).putLong(place.appliedIndex()));
        return out.toBuffer();
    }

    /** What another node encoded; throws {@link io.sluice.common.BrokenInvariantException} if it cannot be read. */
    public static NodeStanding decode(ByteBuffer bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.getInt();
        check(version == VERSION, "a node tells how it stands in version %s", version);
        boolean isServing = in.getByte() == 1;
        boolean knowsAsker = in.getByte() == 1;
        long followedVersion = in.getLong();
        Map<Integer, Place> shards = new TreeMap<>();
        for (int left = in.getCount(SHARD_BYTES); left > 0; left--) {
            int id = in.getInt();
            int how = in.getByte();
            shards.put(id, new Place(how == LEADS, how == REPAIRS, in.getLong()));
        }
        return new NodeStanding(isServing, knowsAsker, followedVersion, new TreeMap<>(shards));
    }
}
