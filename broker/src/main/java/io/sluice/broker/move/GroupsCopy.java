package io.sluice.broker.move;

import io.sluice.broker.api.Result;
import io.sluice.broker.delivery.GroupMoves;
import io.sluice.broker.topic.PartitionMove;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Shard;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** Brings the delivery groups of a sealed partition into its new shard, for the leader of that. Blocks; one thread. */
record GroupsCopy(PartitionMove move, MoveSource source, GroupMoves groups) {
    /** What an earlier copy may have left is gone then. */
    ErrorCode forget(Shard shard) {
        return groups.forget(shard, move.topicId(), move.partition()).join();
    }

    /** Complete when all of it is durable. POLICY_VIOLATION with the reason if they cannot come; after other errors once more. */
    Result<Integer> bring(Shard shard) {
        Result<LeavingGroups> left =
                whole(skipBytes -> source.groups(move, skipBytes).join());
        if (!left.isOk()) {
            return Result.failed(left.error(), left.message());
        }
        ByteBuffer snapshot = left.get().bytes();
        int lengthBytes = snapshot.remaining();
        ErrorCode error = groups.arrive(
                        shard, move.topicId(), move.partition(), left.get().shardTimeMs(), snapshot)
                .join();
        return switch (error) {
            case NONE -> Result.of(lengthBytes);
            case GROUP_MAX_SIZE_REACHED ->
                Result.failed(ErrorCode.POLICY_VIOLATION, "there are too many delivery groups in its new shard");
            default -> Result.failed(error);
        };
    }

    /** All of them, asked from so many bytes on each time. */
    static Result<LeavingGroups> whole(IntFunction<Result<LeavingGroups>> parts) {
        Result<LeavingGroups> first = parts.apply(0);
        if (!first.isOk() || first.get().isWhole()) {
            return first;
        }
        LeavingGroups left = first.get();
        if (left.wholeBytes() > LeavingGroups.BYTES_MAX) {
            return Result.failed(
                    ErrorCode.POLICY_VIOLATION,
                    "what its delivery groups have open takes " + left.wholeBytes()
                            + " bytes, which is more than may move: " + LeavingGroups.BYTES_MAX);
        }
        Result<ByteBuffer> all = left.join(parts);
        // The new leader of the old shard may have given records back in between.
        return all.isOk() && LeavingGroups.crc(all.get()) == left.crc()
                ? Result.of(new LeavingGroups(left.shardTimeMs(), left.wholeBytes(), left.crc(), all.get()))
                : Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
}
