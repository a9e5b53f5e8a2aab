package io.sluice.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ProducerIdBlocksTest {
    private final MetadataState state = new MetadataState();
    private final SimulatedMetadataShard metadata = new SimulatedMetadataShard(state);
    private final ProducerIdBlocks ids = new ProducerIdBlocks(new MetadataRuntime(state, metadata));

    @Test
    void idsFollowEachOtherAcrossBlocks() {
        List<Long> given = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            given.add(ids.next().join().get());
        }

        assertThat(given)
                .containsExactlyElementsOf(LongStream.range(0, 2_500).boxed().toList());
        assertThat(state.nextProducerId()).isEqualTo(3_000);
    }

    @Test
    void noIdIsGivenBeforeItsBlockIsDurable() {
        metadata.hold();
        CompletableFuture<Result<Long>> first = ids.next();
        assertThat(first).isNotDone();

        metadata.commit();

        assertThat(first.join().get()).isZero();
    }

    @Test
    void thoseWhoWaitForMoreThanABlockGetTheNext() {
        metadata.hold();
        List<CompletableFuture<Result<Long>>> waiting = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            waiting.add(ids.next());
        }
        metadata.commit();

        assertThat(waiting).extracting(each -> each.join().get()).doesNotHaveDuplicates();
        assertThat(state.nextProducerId()).isEqualTo(2_000);
    }

    @Test
    void aBlockThatIsNotJournaledIsAskedForAgain() {
        metadata.hold();
        CompletableFuture<Result<Long>> first = ids.next();
        metadata.reject();
        assertThat(first.join().error()).isEqualTo(ErrorCode.STORAGE_ERROR);

        metadata.commit();

        assertThat(ids.next().join().get()).isZero();
    }

    @Test
    void aBlockThatCommitsAfterItWasGivenUpIsNeverGiven() {
        metadata.hold();
        CompletableFuture<Result<Long>> first = ids.next();
        metadata.stopLeading();
        assertThat(first.join().error()).isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        metadata.leadAgain();

        assertThat(ids.next().join().get()).isEqualTo(1_000);
    }

    @Test
    void anotherRunGivesNoIdTwice() {
        long last = ids.next().join().get();

        ProducerIdBlocks nextRun = new ProducerIdBlocks(new MetadataRuntime(state, metadata));

        assertThat(nextRun.next().join().get()).isGreaterThan(last);
    }
}
