package io.sluice.broker.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the leader of the new shard makes of the parts that the old one tells of groups. */
final class GroupsCopyTest {
    private static final int PART_BYTES = 1_000;
    private static final long AT_MS = 77;

    private static ByteBuffer bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** As it comes from another node. */
    private static Result<LeavingGroups> told(ByteBuffer whole, int skipBytes) {
        return LeavingGroups.read(
                LeavingGroups.answer(Result.of(LeavingGroups.part(AT_MS, whole, skipBytes, PART_BYTES))));
    }

    @Test
    void partsAreJoined() {
        for (int count : new int[] {0, 1, PART_BYTES, PART_BYTES + 1, 10 * PART_BYTES + 7}) {
            ByteBuffer whole = bytes(count, count);

            LeavingGroups joined =
                    GroupsCopy.whole(skipBytes -> told(whole, skipBytes)).get();

            assertThat(joined.bytes()).isEqualTo(whole);
            assertThat(joined.shardTimeMs()).isEqualTo(AT_MS);
        }
    }

    @Test
    void partsOfDifferentStatesAreNot() {
        ByteBuffer before = bytes(3 * PART_BYTES, 1);
        ByteBuffer after = bytes(3 * PART_BYTES, 2);

        assertThat(GroupsCopy.whole(skipBytes -> told(skipBytes < PART_BYTES ? before : after, skipBytes))
                        .error())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void whatIsNotAnsweredIsAskedAgainLater() {
        ByteBuffer whole = bytes(3 * PART_BYTES, 1);
        Result<LeavingGroups> refused =
                LeavingGroups.read(LeavingGroups.answer(Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER)));

        assertThat(GroupsCopy.whole(skipBytes -> skipBytes == 0 ? told(whole, 0) : refused)
                        .error())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(GroupsCopy.whole(skipBytes -> refused).error()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void noMemoryIsTakenForWhatIsTooMuch() {
        LeavingGroups huge = new LeavingGroups(AT_MS, LeavingGroups.BYTES_MAX + 1, 0, bytes(PART_BYTES, 1));

        Result<LeavingGroups> whole = GroupsCopy.whole(skipBytes -> Result.of(huge));

        assertThat(whole.error()).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(whole.message()).contains("more than may move");
    }
}
