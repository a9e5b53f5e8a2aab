package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryOptions.DeadLetters;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.delivery.DeadLetterJob.Prepared;
import io.sluice.broker.delivery.DeadLetterReader.Target;
import io.sluice.common.ErrorCode;
import io.sluice.log.DamagedLogException;
import io.sluice.log.disk.DiskException;
import io.sluice.replication.PartitionReplica;
import io.sluice.replication.runtime.EventBatch;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the dead letters of a partition for their topic. Where that lies in the partition's own shard, the batch is to be
 * written with the settling of the records. Otherwise it is written first, and the records are settled afterwards: whoever
 * cannot say whether the first happened looks for the letters by their {@link DeadLetterKey} before he writes again. On a
 * thread that may block.
 *
 * @param topic the origin
 * @param replica of the origin's partition
 * @param node where the target is looked for
 * @param peers the way to partitions that other nodes may lead, if there are any
 * @param letters what was found in partitions of this node
 */
record DeadLetterPost(
        Topic topic,
        PartitionReplica replica,
        LocalDeliveries.Node node,
        Optional<PeerLetters> peers,
        FoundLetters letters) {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterPost.class);

    /** What is to be written, and how. */
    Prepared prepare(DeadLetterJob job, DeadLetters how) {
        Result<Topic> dead = node.deadLetterTopic(topic, how, replica.shard().durability());
        if (!dead.isOk()) {
            LOG.warn("topic={} has no dead-letter topic: {} {}", topic.name(), dead.error(), dead.message());
            return Prepared.LATER;
        }
        try {
            return prepare(job, how, dead.get());
        } catch (DiskException | DamagedLogException failure) {
            LOG.warn("dead letters of topic={} partition={} wait: {}", topic.name(), replica.index(), failure);
            return Prepared.LATER;
        }
    }

    private Prepared prepare(DeadLetterJob job, DeadLetters how, Topic dead) {
        int partition = replica.index() % dead.partitionCount();
        Optional<PartitionReplica> target = node.replica(dead.id(), partition);
        boolean isBeside =
                target.filter(found -> found.shard() == replica.shard()).isPresent();
        // Before the partition came another shard wrote into it.
        boolean isOnlyFromHere = isBeside && !(job.mayBeWritten() && replica.hasMoved());
        Optional<LetterBox> found = isOnlyFromHere || peers.isEmpty()
                ? target.map(here -> new LocalLetterBox(job.id(), dead, partition, here, letters))
                : peers.get().find(job.id(), replica, dead, partition);
        if (found.isEmpty()) {
            return Prepared.LATER;
        }
        LetterBox box = found.get();
        // A topic of that name that somebody made before may lie elsewhere.
        boolean isOneEntry = isOnlyFromHere && how.topic().isEmpty();
        Optional<Set<Long>> written =
                isOneEntry ? Optional.of(Set.of()) : box.open(job.mayBeWritten(), job.firstOffset(), job.lastOffset());
        if (written.isEmpty()) {
            return Prepared.LATER;
        }
        Target where = new Target(
                topic.name(),
                box.letterBytesMax(),
                how,
                isOneEntry ? Optional.empty() : Optional.of(new DeadLetterKey(job.id())),
                node.wallMs());
        DeadLetterReader.Letters made = new DeadLetterReader(job, where, replica).read(written.get());
        if (made.batch().isEmpty()) {
            return Prepared.written(made.records());
        }
        ByteBuffer batch = made.batch().get();
        return isBeside
                ? beside(new EventBatch.Append(dead.id(), partition, batch), made)
                : Prepared.elsewhere(answer -> put(box, dead, batch, answer), made.records());
    }

    private Prepared beside(EventBatch.Append append, DeadLetterReader.Letters made) {
        if (!replica.shard().takeSpace(append.batch().remaining())) {
            LOG.warn("dead letters of topic={} partition={} wait: the disk is full", topic.name(), replica.index());
            return Prepared.LATER;
        }
        return Prepared.beside(append, made.records());
    }

    private void put(LetterBox box, Topic dead, ByteBuffer batch, Consumer<ErrorCode> answer) {
        box.put(batch, error -> {
            if (error != ErrorCode.NONE) {
                LOG.warn("dead letters of topic={} for topic={} wait: {}", topic.name(), dead.name(), error);
            }
            answer.accept(error);
        });
    }
}
