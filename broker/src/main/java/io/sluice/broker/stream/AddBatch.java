package io.sluice.broker.stream;

import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.PartitionReplica.Judgement;
import io.sluice.replication.runtime.Command;
import io.sluice.replication.runtime.Decision;
import java.util.Optional;
import java.util.function.Function;

/** A Kafka producer's batch for a stream. On the shard's apply thread. */
final class AddBatch implements Command<StreamMachine> {
    private final TopicId topicId;
    private final ProducedBatch batch;
    private final StreamRules rules;
    private final Function<TopicId, Optional<PartitionReplica>> partitions;
    private final Waiting waiting;

    /** Who waits for it; on the apply thread: hands over only. */
    interface Waiting {
        /** What was decided is durable: the batch with the offset of its first record, or that of what it repeats, or an error. */
        void done(StreamTurn turn, ErrorCode error, long baseOffset);

        /** Whether it happened is not known. */
        void failed(ErrorCode error);
    }

    AddBatch(
            TopicId topicId,
            ProducedBatch batch,
            StreamRules rules,
            Function<TopicId, Optional<PartitionReplica>> partitions,
            Waiting waiting) {
        this.topicId = topicId;
        this.batch = batch;
        this.rules = rules;
        this.partitions = partitions;
        this.waiting = waiting;
    }

    @Override
    public void decide(StreamMachine machine, Decision decision, long nowMs) {
        StreamTurn turn = new StreamTurn(machine, decision, rules, new Lookups(partitions), nowMs);
        Judgement judged = judge(machine);
        if (judged.isRepeat() || judged.error() != ErrorCode.NONE) {
            // Nothing is decided, but whoever is told of a repeat trusts in what it repeats.
            answer(turn, decision, judged.error(), judged.repeatedOffset());
        } else {
            ErrorCode error = turn.addBatch(topicId, batch);
            GroupService.serve(turn);
            answer(turn, decision, error, error == ErrorCode.NONE ? batch.baseOffset() : -1);
        }
    }

    private void answer(StreamTurn turn, Decision decision, ErrorCode error, long baseOffset) {
        decision.afterCommit(
                () -> waiting.done(turn, error, baseOffset), reason -> waiting.failed(forProducers(reason)));
    }

    /** To them the partition of a stream has a leader as any other has, whom they look for. */
    private static ErrorCode forProducers(ErrorCode reason) {
        return reason == ErrorCode.NOT_COORDINATOR ? ErrorCode.NOT_LEADER_OR_FOLLOWER : reason;
    }

    /** As apply will judge it, behind the batches that are decided and not applied. */
    private Judgement judge(StreamMachine machine) {
        if (batch.producerId() < 0) {
            return Judgement.NEW;
        }
        Judgement ofApplied = partitions
                .apply(topicId)
                .map(known -> known.judge(batch.header()))
                .orElse(Judgement.NEW);
        Judgement ofNow = machine.gathered().judge(topicId, batch).orElse(ofApplied);
        return ofNow.error() != ErrorCode.NONE && ofApplied.isRepeat() ? ofApplied : ofNow;
    }

    @Override
    public void refused(ErrorCode reason) {
        waiting.failed(forProducers(reason));
    }
}
