package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.common.ErrorCode;
import io.sluice.log.DamagedLogException;
import io.sluice.log.TimestampedOffset;
import io.sluice.log.disk.DiskException;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.Partitions;
import io.sluice.protocol.kafka.codec.Repeated;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ListOffsets: −1 latest, −2 earliest, −3 the record with the largest timestamp, −4 earliest on local disk, −5 latest
 * tiered, −6 earliest not uploaded yet, else the first record at or after the time. Nothing is tiered here. The leader
 * epoch of the answer is that of the record found, the current one for latest only (KIP-320, KIP-405, KIP-734).
 */
final class ListOffsetsHandler implements ColdHandler<ListOffsetsRequestData> {
    private static final Logger LOG = LoggerFactory.getLogger(ListOffsetsHandler.class);
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;
    private static final short EPOCH_FROM = 4;
    private static final short MAX_TIMESTAMP_FROM = 7;
    private static final short LOCAL_FROM = 8;
    private static final short TIERED_FROM = 9;
    private static final short PENDING_UPLOAD_FROM = 11;
    private static final int NO_EPOCH = -1;

    @Override
    public KafkaApi api() {
        return KafkaApi.LIST_OFFSETS;
    }

    @Override
    public ListOffsetsRequestData newRequest() {
        return new ListOffsetsRequestData();
    }

    @Override
    public CompletableFuture<ListOffsetsResponseData> handle(ListOffsetsRequestData request, ColdContext context) {
        return needsSearch(request)
                ? CompletableFuture.supplyAsync(
                        () -> answer(request, context), context.door().blocking())
                : CompletableFuture.completedFuture(answer(request, context));
    }

    /** Where a partition begins and ends is in memory; what lies at a time may be on the disk. */
    private static boolean needsSearch(ListOffsetsRequestData request) {
        return request.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(wanted -> wanted.timestamp() >= 0 || wanted.timestamp() == MAX_TIMESTAMP);
    }

    private static ListOffsetsResponseData answer(ListOffsetsRequestData request, ColdContext context) {
        ListOffsetsResponseData answer = new ListOffsetsResponseData();
        for (ListOffsetsTopic topic : request.topics()) {
            Result<Topic> found = context.broker().topics().find(topic.name(), Operation.DESCRIBE);
            Set<Integer> repeated = Repeated.of(topic.partitions().stream()
                    .map(ListOffsetsPartition::partitionIndex)
                    .toList());
            List<ListOffsetsPartitionResponse> partitions = new ArrayList<>();
            for (ListOffsetsPartition wanted : topic.partitions()) {
                partitions.add(
                        repeated.contains(wanted.partitionIndex())
                                ? failed(wanted, ErrorCode.INVALID_REQUEST)
                                : answer(found, wanted, context.version()));
            }
            answer.topics()
                    .add(new ListOffsetsTopicResponse().setName(topic.name()).setPartitions(partitions));
        }
        return answer;
    }

    private static ListOffsetsPartitionResponse answer(
            Result<Topic> topic, ListOffsetsPartition wanted, short version) {
        Result<Partition> partition = Partitions.find(topic, wanted.partitionIndex());
        if (!partition.isOk()) {
            return failed(wanted, partition.error());
        }
        ErrorCode refusal = partition.get().checkLeader();
        if (refusal == ErrorCode.NONE) {
            refusal = partition.get().checkEpoch(wanted.currentLeaderEpoch());
        }
        if (refusal != ErrorCode.NONE) {
            return failed(wanted, refusal);
        }
        if (isUnknown(wanted.timestamp(), version)) {
            return failed(wanted, ErrorCode.UNSUPPORTED_VERSION);
        }
        try {
            return found(partition.get(), wanted, version);
        } catch (DamagedLogException e) {
            // The node has reported it; other partitions of the request are none the worse for it.
            LOG.debug("damaged log topic={} partition={}", topic.get().name(), wanted.partitionIndex(), e);
            return failed(wanted, ErrorCode.CORRUPT_MESSAGE);
        } catch (DiskException e) {
            LOG.error("cannot search topic={} partition={}", topic.get().name(), wanted.partitionIndex(), e);
            return failed(wanted, ErrorCode.STORAGE_ERROR);
        }
    }

    private static boolean isUnknown(long timestamp, short version) {
        return timestamp < EARLIEST_PENDING_UPLOAD
                || (timestamp == EARLIEST_PENDING_UPLOAD && version < PENDING_UPLOAD_FROM)
                || (timestamp == LATEST_TIERED && version < TIERED_FROM)
                || (timestamp == EARLIEST_LOCAL && version < LOCAL_FROM)
                || (timestamp == MAX_TIMESTAMP && version < MAX_TIMESTAMP_FROM);
    }

    private static ListOffsetsPartitionResponse found(Partition partition, ListOffsetsPartition wanted, short version) {
        ListOffsetsPartitionResponse answer = failed(wanted, ErrorCode.NONE);
        long timestamp = wanted.timestamp();
        if (timestamp == LATEST) {
            return at(answer, partition.endOffset(), partition.leaderEpoch(), version);
        }
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            return at(answer, partition.startOffset(), epochAt(partition, partition.startOffset()), version);
        }
        if (timestamp == LATEST_TIERED || timestamp == EARLIEST_PENDING_UPLOAD) {
            return answer;
        }
        Optional<TimestampedOffset> record =
                timestamp == MAX_TIMESTAMP ? partition.findMaxTimestamp() : partition.findByTime(timestamp);
        record.ifPresent(place ->
                at(answer, place.offset(), place.leaderEpoch(), version).setTimestamp(place.timestampMs()));
        return answer;
    }

    /** The epoch that holds the offset; the current one if nothing was appended yet. */
    private static int epochAt(Partition partition, long offset) {
        int current = partition.leaderEpoch();
        if (offset >= partition.endOffset()) {
            return current;
        }
        int low = 0;
        int high = current;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (partition.endOfEpoch(middle).endOffset() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static ListOffsetsPartitionResponse at(
            ListOffsetsPartitionResponse answer, long offset, int leaderEpoch, short version) {
        return answer.setOffset(offset).setLeaderEpoch(version >= EPOCH_FROM ? leaderEpoch : NO_EPOCH);
    }

    private static ListOffsetsPartitionResponse failed(ListOffsetsPartition wanted, ErrorCode error) {
        return new ListOffsetsPartitionResponse()
                .setPartitionIndex(wanted.partitionIndex())
                .setErrorCode(error.kafkaCode())
                .setTimestamp(-1)
                .setOffset(-1)
                .setLeaderEpoch(NO_EPOCH);
    }
}
