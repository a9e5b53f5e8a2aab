package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.cluster.SlotTable;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.group.SlotMoves;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerServices;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A slot of groups that moves away, for the leader of its new shard: here if this node leads the old one, else over the network. To
 * ask is to seal. Any thread.
 *
 * <pre>
 *   move 8 | bytes to skip 4
 * </pre>
 */
final class SlotSource {
    /** Number of the service among nodes. */
    static final int SERVICE = 9;

    private static final long TIMEOUT_MS = 10_000;
    private static final int PART_BYTES_MAX = PeerServices.MESSAGE_BYTES_MAX / 2;

    private final int nodeId;
    private final PeerServices peers;
    private final SlotPlaces places;

    /** From now on answers other nodes. */
    SlotSource(int nodeId, PeerServices peers, SlotPlaces places) {
        this.nodeId = nodeId;
        this.peers = peers;
        this.places = places;
        peers.serve(SERVICE, (from, question) -> answer(new ByteReader(question)));
    }

    /** What is in the slot, which is sealed, from so many bytes on. NOT_LEADER_OR_FOLLOWER if nobody is known to lead its shard. */
    CompletableFuture<Result<LeavingGroups>> ask(SlotTable.Move move, int skipBytes) {
        int leader = places.leader(move.from());
        if (leader <= 0) {
            return CompletableFuture.completedFuture(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        }
        ByteBuffer question =
                new ByteWriter().putLong(move.number()).putInt(skipBytes).toBuffer();
        CompletableFuture<ByteBuffer> answer =
                leader == nodeId ? answer(new ByteReader(question)) : peers.call(leader, SERVICE, question, TIMEOUT_MS);
        return answer.thenApply(LeavingGroups::read);
    }

    private CompletableFuture<ByteBuffer> answer(ByteReader in) {
        try {
            long number = in.getLong();
            int skipBytes = Math.max(0, in.getInt());
            Optional<SlotTable.Move> move = places.image().slots().move(number);
            return move.map(known -> places.slots().seal(known.from(), known.slot(), number))
                    .orElseGet(() -> CompletableFuture.completedFuture(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER)))
                    .thenApply(left -> LeavingGroups.answer(
                            left.isOk()
                                    ? Result.of(part(left.get(), skipBytes))
                                    : Result.failed(left.error(), left.message())));
        } catch (BrokenInvariantException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    private static LeavingGroups part(SlotMoves.Leaving leaving, int skipBytes) {
        return LeavingGroups.part(leaving.shardTimeMs(), leaving.bytes(), skipBytes, PART_BYTES_MAX);
    }
}
