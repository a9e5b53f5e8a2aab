package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.BatchLayout;
import io.sluice.replication.Leadership;
import io.sluice.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A partition that this node leads, for letters of the group. */
record LocalLetterBox(DeliveryGroup group, Topic dead, int partition, PartitionReplica replica, FoundLetters letters)
        implements LetterBox {
    @Override
    public int letterBytesMax() {
        return dead.settings().maxMessageBytes() - BatchLayout.RECORDS;
    }

    @Override
    public Optional<Set<Long>> open(boolean mayBeWritten, long first, long last) {
        Leadership before = replica.shard().leadership();
        Set<Long> written = mayBeWritten ? letters.offsets(this, first, last) : Set.of();
        // Whoever leads has all that was committed before; who has stopped meanwhile may have missed something.
        boolean isComplete = before.isHere() && before.equals(replica.shard().leadership());
        return isComplete ? Optional.of(written) : Optional.empty();
    }

    @Override
    public void put(ByteBuffer batch, Consumer<ErrorCode> answer) {
        dead.partition(partition)
                .append(batch, Runnable::run, (error, baseOffset, startOffset) -> answer.accept(error));
    }
}
