package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.ClusterCommand;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.group.SlotMoves;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What moving slots of groups needs of the node. Any thread. */
public interface SlotPlaces {
    /** Nodes, shards and slots as committed. */
    ClusterImage image();

    /** Shards of records that this node leads. */
    List<Integer> led();

    /** The node that leads the shard, not above 0 if nobody is known to. */
    int leader(int shard);

    /** Waits until this node knows all of the metadata that was there before; false where nobody answers. */
    CompletableFuture<Boolean> catchUp();

    /** Whether this node knows such a topic. */
    boolean hasTopic(String name);

    /** The slots in the shards of this node. */
    SlotMoves slots();

    /** Has the metadata changed; answers when it is. */
    CompletableFuture<Result<Long>> run(ClusterCommand command);
}
