package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.Partition;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamCommand.NewId;
import io.sluice.broker.api.StreamFault;
import io.sluice.common.Clock;
import io.sluice.common.ErrorCode;
import io.sluice.log.batch.BatchBuilder;
import io.sluice.log.batch.Compression;
import io.sluice.log.batch.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stream commands on a partition of a topic that was not made as a stream: entries can be added, under the id that follows from
 * their offset, and all else would go against what the topic's owner has set. Any thread.
 */
final class TopicCommands {
    private final @Nullable Partition partition;
    private final @Nullable Clock clock;

    private TopicCommands(@Nullable Partition partition, @Nullable Clock clock) {
        this.partition = partition;
        this.clock = clock;
    }

    static TopicCommands of(Partition partition, Clock clock) {
        return new TopicCommands(partition, clock);
    }

    /** Of a topic with several partitions, of which none was named. */
    static TopicCommands several() {
        return new TopicCommands(null, null);
    }

    /** Answers on any thread, inside this call too. */
    void execute(StreamCommand command, Consumer<StreamAnswer> answer) {
        if (partition == null || clock == null) {
            answer.accept(new Refused(StreamFault.SEVERAL_PARTITIONS));
            return;
        }
        switch (command) {
            case StreamCommand.Add add -> add(partition, clock.wallMs(), add, answer);
            case GroupCommand.DescribeGroups _ ->
                answer.accept(new GroupAnswer.Groups(new TopicStreamView(partition), List.of()));
            case StreamCommand.Look _, StreamCommand.Unchanged _ -> answer.accept(look(command));
            case StreamCommand.DeleteEntries _,
                    StreamCommand.Trim _,
                    StreamCommand.SetLastId _,
                    StreamCommand.LimitOnce _,
                    StreamCommand.RememberOnce _,
                    StreamCommand.SwapDatabases _,
                    StreamCommand.RemoveKey _,
                    StreamCommand.RemoveAll _,
                    StreamCommand.Expire _,
                    StreamCommand.Rename _,
                    StreamCommand.Copy _,
                    GroupCommand _ -> answer.accept(new Refused(StreamFault.NOT_FOR_TOPICS));
        }
    }

    /** What needs no change. */
    StreamAnswer look(StreamCommand command) {
        if (partition == null) {
            return new Refused(StreamFault.SEVERAL_PARTITIONS);
        }
        TopicStreamView now = new TopicStreamView(partition);
        if (command instanceof StreamCommand.Look) {
            return new StreamAnswer.Seen(Optional.of(now));
        }
        boolean isSame = command instanceof StreamCommand.Unchanged unchanged
                && unchanged.seen() instanceof TopicStreamView seen
                && seen.endOffset() == now.endOffset();
        return isSame ? StreamAnswer.Done.INSTANCE : new Refused(StreamFault.CHANGED_MEANWHILE);
    }

    private static void add(Partition partition, long wallMs, StreamCommand.Add add, Consumer<StreamAnswer> answer) {
        boolean isPlain = add.id() instanceof NewId.Automatic
                && add.trim().isEmpty()
                && add.once().isEmpty();
        if (!isPlain) {
            answer.accept(new Refused(StreamFault.NOT_FOR_TOPICS));
            return;
        }
        EntryCodec.Encoded entry = EntryCodec.encode(add.fields());
        if (entry.value().length > StreamSettings.ENTRY_BYTES_MAX) {
            answer.accept(new Refused(StreamFault.TOO_LARGE));
            return;
        }
        RecordHeader form = new RecordHeader(EntryBatch.HEADER, new byte[] {entry.form()});
        ByteBuffer batch = new BatchBuilder(Compression.NONE)
                .add(wallMs, null, entry.value(), List.of(form))
                .build();
        partition.append(
                batch,
                Runnable::run,
                (error, baseOffset, startOffset) -> answer.accept(
                        error == ErrorCode.NONE
                                ? new StreamAnswer.Id(new EntryId(baseOffset + 1, 0))
                                : new Refused(fault(error))));
    }

    private static StreamFault fault(ErrorCode error) {
        return switch (error) {
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> StreamFault.TOO_LARGE;
            case STORAGE_ERROR -> StreamFault.STORAGE;
            case INVALID_RECORD, POLICY_VIOLATION -> StreamFault.NOT_FOR_TOPICS;
            default -> StreamFault.UNAVAILABLE;
        };
    }
}
