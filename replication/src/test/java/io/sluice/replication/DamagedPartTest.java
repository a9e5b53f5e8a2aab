package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.ErrorCode;
import io.sluice.replication.journal.DamagedJournalException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node does not start with a damaged journal, whether its shard is opened at the start or when the metadata names it. */
@Timeout(120)
class DamagedPartTest {
    /** Behind the file's header: the first block. */
    private static final int BLOCK_AT = 4096;

    /** In the block's header: its number. */
    private static final int LSN_AT = BLOCK_AT + 16;

    /** Behind the headers of block and entry. */
    private static final int BODY_AT = BLOCK_AT + 72 + 24;

    private final LoneNode node = new LoneNode();

    @AfterEach
    void close() {
        node.close();
    }

    private void flip(int shard, long at) {
        node.disk().flipByte(LoneNode.DIRECTORY.resolve("shard-" + shard + "/journal/000.journal"), at, (byte) 1);
    }

    private static void addEntry(Shard shard) {
        ControlEntry nothing = new ControlEntry.Drop(NodesUnderTest.TOPIC, 0);
        assertThat(shard.propose(nothing).join()).isEqualTo(ErrorCode.NONE);
    }

    @ParameterizedTest
    @CsvSource({"0," + LSN_AT, "0," + BODY_AT, LoneNode.ADDED + "," + LSN_AT, LoneNode.ADDED + "," + BODY_AT})
    void itIsToldWhichJournalAndWhatToDo(int shard, int at) {
        for (Shard each : List.of(node.replication().shard(0), node.add())) {
            NodesUnderTest.await("it leads", each::isLeading);
            addEntry(each);
            addEntry(each);
        }
        node.kill();
        flip(shard, at);

        assertThatThrownBy(node::start)
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining(
                        "shard-" + shard + "/journal: journal file 000.journal is damaged at position 4096")
                .hasMessageContaining("remove this node from the cluster and add it again");

        flip(shard, at);
        node.start();
        node.add();
    }

    @Test
    void whatTheCheckpointHasIsNotRead() {
        Shard shard = node.add();
        addEntry(shard);
        addEntry(shard);
        node.replication().stop();
        flip(LoneNode.ADDED, BODY_AT);

        node.start();
        node.add();
    }
}
