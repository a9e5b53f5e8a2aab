package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.RaftOutter.EntryMeta;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class EngineMemoryTest {
    private static final int MIB = 1 << 20;

    private final EngineMemory memory = new EngineMemory(8 * MIB);
    private final Arrivals one = memory.open("one");
    private final Arrivals two = memory.open("two");

    private boolean arrives(String group, long firstIndex, int count, int bytes) {
        AppendEntriesRequest.Builder request = AppendEntriesRequest.newBuilder()
                .setGroupId(group)
                .setServerId("1")
                .setPeerId("2")
                .setTerm(1)
                .setPrevLogTerm(1)
                .setPrevLogIndex(firstIndex - 1)
                .setCommittedIndex(0)
                .setData(ByteString.copyFrom(new byte[bytes]));
        for (int i = 0; i < count; i++) {
            request.addEntries(EntryMeta.newBuilder()
                    .setTerm(1)
                    .setType(EntryType.ENTRY_TYPE_DATA)
                    .setDataLen(bytes / count));
        }
        return memory.admits(request.build());
    }

    @Test
    void aGroupHasAllRoomWhileTheOthersNeedNone() {
        for (int i = 0; i < 9; i++) {
            assertThat(arrives("one", 1 + 10L * i, 10, MIB)).isTrue();
        }
        assertThat(arrives("one", 91, 10, MIB)).as("over the limit").isFalse();
        assertThat(arrives("one", 91, 0, 0)).as("a heartbeat").isTrue();

        one.applied(10);
        assertThat(memory.usedBytes()).isEqualTo(8 * MIB);
        assertThat(arrives("one", 91, 10, MIB)).isTrue();
    }

    @Test
    void whoHasLessThanItsShareIsNotRefusedBecauseOfAnother() {
        for (int i = 0; i < 9; i++) {
            assertThat(arrives("one", 1 + i, 1, MIB)).isTrue();
        }
        for (int i = 0; i < 5; i++) {
            assertThat(arrives("two", 1 + i, 1, MIB)).isTrue();
        }
        assertThat(arrives("two", 6, 1, MIB)).as("over its share").isFalse();
        assertThat(arrives("one", 10, 1, MIB)).isFalse();

        one.applied(9);
        assertThat(arrives("two", 6, 1, MIB)).isTrue();
    }

    @Test
    void whatComesAgainIsCountedOnce() {
        for (int i = 0; i < 50; i++) {
            assertThat(arrives("one", 1, 4, MIB)).isTrue();
            assertThat(arrives("one", 5, 4, MIB)).isTrue();
        }
        assertThat(memory.usedBytes()).isEqualTo(2 * MIB);
    }

    @Test
    void theEntriesOfANewLeaderTakeThePlaceOfThoseThatAreCut() {
        for (int i = 0; i < 4; i++) {
            assertThat(arrives("one", 1 + i, 1, MIB)).isTrue();
        }

        assertThat(arrives("one", 2, 1, MIB)).isTrue();
        assertThat(memory.usedBytes()).isEqualTo(2 * MIB);
        one.applied(2);
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void smallOnesAreCountedToo() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(arrives("two", 1 + i, 1, 100)).isTrue();
        }
        assertThat(memory.usedBytes()).isEqualTo(1_000_000);
        two.applied(10_000);
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void aClosedGroupHoldsNothing() {
        assertThat(arrives("one", 1, 1, MIB)).isTrue();
        memory.close("one");
        assertThat(memory.usedBytes()).isZero();

        assertThat(arrives("one", 2, 1, MIB)).isTrue();
        assertThat(one.admits(2, 2, MIB)).isTrue();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void moreGroupsReadIntoLessMemoryEach() {
        assertThat(memory.readBytes()).isEqualTo(2 * MIB);
        memory.open("three");
        memory.open("four");
        assertThat(memory.readBytes()).isEqualTo(MIB);
        assertThat(new EngineMemory(1L << 40).readBytes()).isEqualTo(16 * MIB);
    }
}
