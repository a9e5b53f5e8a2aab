package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.delivery.GroupMoves;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.topic.MovesImage;
import io.sluice.broker.topic.PartitionMove;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerServices;
import io.sluice.common.TopicId;
import io.sluice.log.DamagedLogException;
import io.sluice.log.JoinedRead;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.ControlEntry;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.Shard;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition that moves away, for the leader of its new shard: here if this node leads the old one, else over the network.
 * Any thread.
 *
 * <pre>
 *   read   1 | topic id 16 | partition 4 | move 8 | offset 8 | most bytes 4 | bytes to skip 4
 *   seal   2 | topic id 16 | partition 4 | move 8
 *   groups 3 | topic id 16 | partition 4 | move 8 | bytes to skip 4
 * </pre>
 */
final class MoveSource {
    /** Number of the service among nodes. */
    static final int SERVICE = 8;

    private static final Logger LOG = LoggerFactory.getLogger(MoveSource.class);
    private static final int READ = 1;
    private static final int SEAL = 2;
    private static final int GROUPS = 3;
    private static final long TIMEOUT_MS = 10_000;

    /** A message carries no more; larger batches come in several. */
    private static final int PIECE_BYTES_MAX = PeerServices.MESSAGE_BYTES_MAX / 2;

    private final int nodeId;
    private final PeerServices peers;
    private final MoveShards shards;
    private final Supplier<MovesImage> moves;
    private final Executor blocking;

    /** From now on answers other nodes; {@code blocking} runs what reads the disk. */
    MoveSource(int nodeId, PeerServices peers, MoveShards shards, Supplier<MovesImage> moves, Executor blocking) {
        this.nodeId = nodeId;
        this.peers = peers;
        this.shards = shards;
        this.moves = moves;
        this.blocking = blocking;
        peers.serve(SERVICE, (from, question) -> answer(new ByteReader(question)));
    }

    /** Batches from the one that holds the offset on, or the first there is; the bytes behind those to be skipped. */
    CompletableFuture<Result<Piece>> read(PartitionMove move, long offset, int maxBytes, int skipBytes) {
        return ask(move, question(READ, move).putLong(offset).putInt(maxBytes).putInt(skipBytes));
    }

    /** Seals it; answers where it ends. */
    CompletableFuture<Result<Piece>> seal(PartitionMove move) {
        return ask(move, question(SEAL, move));
    }

    /** Its delivery groups once it is sealed, from so many bytes on. */
    CompletableFuture<Result<LeavingGroups>> groups(PartitionMove move, int skipBytes) {
        return asked(move, question(GROUPS, move).putInt(skipBytes))
                .thenApply(answer ->
                        answer.map(LeavingGroups::read).orElse(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER)));
    }

    private static ByteWriter question(int call, PartitionMove move) {
        return new ByteWriter()
                .putByte(call)
                .putId(move.topicId())
                .putInt(move.partition())
                .putLong(move.number());
    }

    private CompletableFuture<Result<Piece>> ask(PartitionMove move, ByteWriter question) {
        return asked(move, question)
                .thenApply(answer -> answer.map(Piece::read).orElse(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER)));
    }

    /** Empty if nobody is known to lead the old shard. */
    private CompletableFuture<Optional<ByteBuffer>> asked(PartitionMove move, ByteWriter question) {
        int leader = shards.leader(move.from());
        if (leader <= 0) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        CompletableFuture<ByteBuffer> answer = leader == nodeId
                ? answer(new ByteReader(question.toBuffer()))
                : peers.call(leader, SERVICE, question.toBuffer(), TIMEOUT_MS);
        return answer.thenApply(Optional::of);
    }

    private CompletableFuture<ByteBuffer> answer(ByteReader in) {
        try {
            int call = in.getByte();
            TopicId id = in.getId();
            int partition = in.getInt();
            long number = in.getLong();
            Optional<PartitionMove> move = moves.get().move(id, partition).filter(each -> each.number() == number);
            Optional<Shard> shard =
                    move.flatMap(each -> shards.kept(each.from())).filter(Shard::isLeading);
            PartitionReplica replica =
                    shard.map(led -> led.partition(id, partition)).orElse(null);
            if (shard.isEmpty() || replica == null) {
                return CompletableFuture.completedFuture(Piece.answer(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER)));
            }
            if (call == SEAL) {
                return seal(shard.get(), replica, number).thenApply(Piece::answer);
            }
            if (call == GROUPS) {
                return groups(shard.get(), replica, number, Math.max(0, in.getInt()));
            }
            long offset = in.getLong();
            int maxBytes = Math.clamp(in.getInt(), 1, PIECE_BYTES_MAX);
            int skipBytes = Math.max(0, in.getInt());
            return CompletableFuture.supplyAsync(
                    () -> Piece.answer(read(replica, number, offset, maxBytes, skipBytes)), blocking);
        } catch (BrokenInvariantException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    private static Result<Piece> read(PartitionReplica replica, long move, long offset, int maxBytes, int skipBytes) {
        // Before the read: what it says there was must be in what is read, unless records are gone.
        Piece known = Piece.of(replica, move, 0, ByteBuffer.allocate(0));
        JoinedRead read = new JoinedRead(maxBytes);
        try {
            long wanted = Math.max(offset, known.startOffset());
            if (known.isCompacted()) {
                replica.readStored(wanted, maxBytes, true, read);
            } else {
                replica.readBlocking(wanted, maxBytes, true, read);
            }
        } catch (DiskException | DamagedLogException failure) {
            LOG.warn(
                    "a partition that moves cannot be read id={} partition={}",
                    replica.topicId(),
                    replica.index(),
                    failure);
            return Result.failed(ErrorCode.STORAGE_ERROR);
        }
        ByteBuffer whole = read.whole();
        int from = Math.min(skipBytes, whole.limit());
        int lengthBytes = Math.min(PIECE_BYTES_MAX, whole.limit() - from);
        int passes = replica.compacted().lastGeneration();
        return Result.of(known.with(whole.limit(), whole.slice(from, lengthBytes), passes));
    }

    private static CompletableFuture<Result<Piece>> seal(Shard shard, PartitionReplica replica, long move) {
        return shard.propose(new ControlEntry.Seal(replica.topicId(), replica.index(), move))
                .thenApply(error -> error == ErrorCode.NONE
                        ? Result.of(Piece.of(replica, move, 0, ByteBuffer.allocate(0)))
                        : Result.failed(error));
    }

    /** Only of what is sealed: whoever decides about a group finds the partition sealed from here on. */
    private CompletableFuture<ByteBuffer> groups(Shard shard, PartitionReplica replica, long move, int skipBytes) {
        if (replica.sealedFor() != move) {
            return CompletableFuture.completedFuture(
                    LeavingGroups.answer(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER)));
        }
        return shards.groups()
                .leaving(shard, replica.topicId(), replica.index())
                .thenApplyAsync(
                        leaving -> LeavingGroups.answer(
                                leaving.isOk()
                                        ? Result.of(part(leaving.get(), skipBytes))
                                        : Result.failed(leaving.error(), leaving.message())),
                        blocking);
    }

    private static LeavingGroups part(GroupMoves.Leaving leaving, int skipBytes) {
        return LeavingGroups.part(leaving.shardTimeMs(), leaving.snapshot().get(), skipBytes, PIECE_BYTES_MAX);
    }
}
