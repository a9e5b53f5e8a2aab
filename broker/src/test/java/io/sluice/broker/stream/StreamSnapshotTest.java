package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.api.EntryId;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.TopicId;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Snapshots of this format and of earlier ones. */
class StreamSnapshotTest {
    private static final String FORMAT_3 =
            "03000000010000000000000007000000000000000800000003000000066f726465727300000000000000000a000000000000"
                    + "006400000000000000630000000000000001000000000000005a000000000000000100000000000000640000000000001388"
                    + "000000050000000000000014000000000000001600000000000000170000000000000018000000000000005a000000000000"
                    + "000100000000000000070000000000000008000000090101673201335c00000000000400000000";
    private static final TopicId TOPIC = new TopicId(7, 8);
    private static final StreamKey KEY = new StreamKey(3, "orders".getBytes(StandardCharsets.US_ASCII));

    /** Of a hundred entries the first ten were trimmed, 20, 22 to 24 and 90 deleted; a group stands behind 50. */
    private static StreamMachine machine() {
        StreamMachine machine = new StreamMachine();
        long[] deleted = LongStream.of(20, 22, 23, 24, 90).toArray();
        machine.apply(StreamEventCodec.encode(new StreamEvent.Made(TOPIC, KEY)), UndoLog.NONE);
        machine.apply(
                StreamEventCodec.encode(new StreamEvent.Changed(
                        TOPIC, 10, 100, new EntryId(99, 1), new EntryId(90, 1), 100, 5_000, deleted)),
                UndoLog.NONE);
        machine.apply(
                StreamEventCodec.encode(new StreamEvent.GroupMade(TOPIC, "g", new EntryId(50, 1), 51, 46)),
                UndoLog.NONE);
        return machine;
    }

    private static StreamMachine restored(ByteBuffer snapshot) {
        StreamMachine machine = new StreamMachine();
        machine.restore(snapshot);
        return machine;
    }

    @Test
    void aSnapshotOfFormat3IsReadAsWhatItWas() {
        assertThat(restored(ByteBuffer.wrap(HexFormat.of().parseHex(FORMAT_3))).snapshot())
                .isEqualTo(machine().snapshot());
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        ByteBuffer snapshot = machine().snapshot();
        assertThat(snapshot.get(0)).isEqualTo((byte) 4);
        StreamMachine machine = restored(snapshot);

        assertThat(machine.snapshot()).isEqualTo(snapshot);
        StreamState state = machine.find(KEY);
        assertThat(state).isNotNull();
        assertThat(state.deleted().count()).isEqualTo(5);
        assertThat(LongStream.range(0, 100).filter(state.deleted()::contains)).containsExactly(20L, 22L, 23L, 24L, 90L);
    }

    private static OffsetSet everyOther(int count) {
        return OffsetSet.EMPTY.with(IntStream.range(0, count)
                .mapToObj(number -> new OffsetSet.Run(2L * number + 1, 2L * number + 2))
                .toList());
    }

    @Test
    void tenMillionDeletedEntriesTakeLittle() {
        OffsetSet run = OffsetSet.EMPTY.with(List.of(new OffsetSet.Run(100, 10_000_100)));
        assertThat(written(run).remaining()).isLessThan(10);
        assertThat(OffsetRuns.read(new ByteReader(written(run)), 10_000_100)).isEqualTo(run);

        int scattered = 250_000;
        ByteBuffer others = written(everyOther(scattered));
        assertThat(others.remaining()).isLessThanOrEqualTo(2 * scattered + 1);
        assertThat(OffsetRuns.read(new ByteReader(others), 2L * scattered)).isEqualTo(everyOther(scattered));
    }

    private static ByteBuffer written(OffsetSet offsets) {
        ByteWriter writer = new ByteWriter();
        OffsetRuns.write(writer, offsets);
        return writer.toBuffer();
    }

    @Test
    void offsetsBehindTheEndOfTheStreamAreDamage() {
        ByteBuffer runs = written(OffsetSet.EMPTY.with(List.of(new OffsetSet.Run(5, 10))));

        assertThatThrownBy(() -> OffsetRuns.read(new ByteReader(runs), 9))
                .isInstanceOf(BrokenInvariantException.class)
                .hasMessageContaining("5 deleted offsets from 5 on, of a stream that ends at 9");
        ByteBuffer endless = new ByteWriter().putUnsigned(-1).putUnsigned(0).toBuffer();
        assertThatThrownBy(() -> OffsetRuns.read(new ByteReader(endless), Long.MAX_VALUE))
                .isInstanceOf(BrokenInvariantException.class);
    }
}
