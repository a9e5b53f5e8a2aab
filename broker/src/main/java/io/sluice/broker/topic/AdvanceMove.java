package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.topic.MetadataEvent.MoveAdopted;
import io.sluice.broker.topic.MetadataEvent.MoveBegun;
import io.sluice.broker.topic.MetadataEvent.MoveDone;
import io.sluice.broker.topic.MetadataEvent.MoveTakenBack;
import io.sluice.broker.topic.MetadataEvent.PartitionSealed;
import io.sluice.common.Check;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.Decision;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The next step of a move that is under way, told by who has done it. Told again it changes nothing; answers the number of the
 * move.
 */
final class AdvanceMove extends MetadataCommand<Long> {
    /**
     * So many elections of the old shard clients may have heard of between the seal and this step: while nodes die and come back
     * each takes several terms. With so many a partition can move half a million times.
     */
    private static final int UNNAMED_EPOCHS = 4_096;

    private final Wanted wanted;

    /** The order is that of the bytes between nodes. */
    enum Step {
        SEALED,
        ADOPTED,
        DONE,
        TAKEN_BACK,
        /** Taken back, and begun anew under another number. */
        BEGUN_AGAIN
    }

    /**
     * What has been done.
     *
     * @param cut where it was sealed, with the leader epoch that it had there as its base; for SEALED
     */
    record Wanted(TopicId id, int partition, long number, Step step, PartitionMove.Cut cut) {}

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    AdvanceMove(Wanted wanted, Consumer<Result<Long>> answer) {
        super(answer);
        this.wanted = wanted;
    }

    @Override
    public int kind() {
        return CommandKinds.ADVANCE_MOVE;
    }

    @Override
    public void write(ByteWriter out) {
        out.putId(wanted.id()).putInt(wanted.partition()).putLong(wanted.number());
        out.putByte(wanted.step().ordinal());
        MoveTable.writeCut(out, wanted.cut());
    }

    /** As another node wrote it. */
    static AdvanceMove read(ByteReader in, Consumer<Result<Long>> answer) {
        TopicId id = in.getId();
        int partition = in.getInt();
        long number = in.getLong();
        int step = in.getByte();
        Check.check(step >= 0 && step < Step.values().length, "a move has a step %d", step);
        return new AdvanceMove(new Wanted(id, partition, number, Step.values()[step], MoveTable.readCut(in)), answer);
    }

    @Override
    Long readAnswer(ByteReader in) {
        return in.getLong();
    }

    @Override
    Result<Long> decide(MetadataState state, Decision decision) {
        Optional<PartitionMove> known =
                state.moves().move(wanted.id(), wanted.partition()).filter(move -> move.number() == wanted.number());
        if (known.isEmpty()) {
            return Result.failed(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, "the move is over");
        }
        PartitionMove.Stage stage = known.get().stage();
        switch (wanted.step()) {
            case SEALED -> {
                if (stage == PartitionMove.Stage.COPYING) {
                    state.emit(decision, new PartitionSealed(wanted.id(), wanted.partition(), cut()));
                }
            }
            case ADOPTED -> {
                if (stage == PartitionMove.Stage.SEALED) {
                    state.emit(decision, new MoveAdopted(wanted.id(), wanted.partition()));
                }
            }
            case DONE -> {
                if (stage == PartitionMove.Stage.ADOPTED) {
                    state.emit(decision, new MoveDone(wanted.id(), wanted.partition()));
                }
            }
            case TAKEN_BACK, BEGUN_AGAIN -> {
                if (stage != PartitionMove.Stage.COPYING) {
                    return Result.failed(
                            ErrorCode.POLICY_VIOLATION,
                            "the partition has arrived in shard " + known.get().to());
                }
                state.emit(decision, new MoveTakenBack(wanted.id(), wanted.partition()));
                if (wanted.step() == Step.BEGUN_AGAIN) {
                    state.emit(
                            decision,
                            new MoveBegun(
                                    wanted.id(),
                                    wanted.partition(),
                                    known.get().from(),
                                    known.get().to()));
                }
            }
        }
        return Result.of(wanted.number());
    }

    private PartitionMove.Cut cut() {
        PartitionMove.Cut at = wanted.cut();
        return new PartitionMove.Cut(at.endOffset(), at.startOffset(), at.epochBase() + UNNAMED_EPOCHS, at.lossCount());
    }
}
