package io.sluice.broker.group;

import static io.sluice.broker.group.TestClient.subscribing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.GroupType;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.common.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OffsetsTest {
    private static final long DAY_MS = 86_400_000;

    private final GroupsFixture fixture = new GroupsFixture();
    private final TestClient anna = fixture.client("anna");
    private final TestClient ben = fixture.client("ben");
    private final TestClient simple = fixture.client("simple");

    @Test
    void whatAMemberCommitsComesBackWithItsMetadata() {
        fixture.stable(anna);
        assertThat(anna.commit(3, 42)).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.groups()
                        .committed(GroupsFixture.GROUP, Optional.empty())
                        .resultNow()
                        .get())
                .isEqualTo(Map.of(new TopicPartition("t", 3), new CommittedOffset(42, 7, "by anna")));
        assertThat(fixture.committed(4)).isEqualTo(-1);
    }

    @Test
    void anUnknownGroupHasNoOffsets() {
        assertThat(fixture.committed(0)).isEqualTo(-1);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void whoUsesNoMembershipMayCommitWhileTheGroupIsEmpty() {
        assertThat(simple.commit(0, 1)).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.groups().list().resultNow().get())
                .containsExactly(new GroupListing(GroupsFixture.GROUP, "", GroupType.CLASSIC, "Empty"));
        fixture.stable(anna);
        assertThat(simple.commit(0, 2)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        anna.leave();
        assertThat(simple.commit(0, 3)).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.committed(0)).isEqualTo(3);
    }

    @Test
    void theEmptyGroupIdIsAGroupForOffsets() {
        simple.groupId = "";
        assertThat(simple.commit(0, 1)).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.groups().committed("", Optional.empty()).resultNow().get())
                .hasSize(1);
    }

    @Test
    void commitsOfMembersAreCheckedForMemberAndGeneration() {
        anna.generation = 1;
        assertThat(anna.commit(0, 1)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        fixture.stable(anna);
        ben.memberId = "stranger";
        ben.generation = 1;
        assertThat(ben.commit(0, 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        anna.generation = 0;
        assertThat(anna.commit(0, 1)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(fixture.committed(0)).isEqualTo(-1);
    }

    @Test
    void aMemberMayCommitWhileTheGroupPreparesButNotBeforeItSynced() {
        fixture.stable(anna, ben);
        anna.join();
        ben.join();
        assertThat(fixture.state()).isEqualTo(GroupState.COMPLETING_REBALANCE);
        assertThat(anna.commit(0, 1)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        fixture.complete(anna, ben);
        anna.join();
        assertThat(fixture.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
        assertThat(ben.commit(0, 2)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void metadataOfAnOffsetHasALimitAndTheOtherPartitionsAreCommitted() {
        TopicPartition first = new TopicPartition("t", 0);
        TopicPartition second = new TopicPartition("t", 1);
        Map<TopicPartition, ErrorCode> answers = fixture.groups()
                .commit(
                        simple.ref(),
                        Map.of(
                                first,
                                new CommittedOffset(1, -1, "x".repeat(4_097)),
                                second,
                                new CommittedOffset(1, -1, "x".repeat(4_096))))
                .resultNow();
        assertThat(answers).isEqualTo(Map.of(first, ErrorCode.OFFSET_METADATA_TOO_LARGE, second, ErrorCode.NONE));
        assertThat(fixture.committed(0)).isEqualTo(-1);
        assertThat(fixture.committed(1)).isEqualTo(1);
    }

    @Test
    void offsetsOfAForgottenTopicGo() {
        simple.commit(0, 1);
        fixture.groups()
                .commit(simple.ref(), Map.of(new TopicPartition("u", 0), new CommittedOffset(5, -1, "")))
                .resultNow();
        assertThat(fixture.groups()
                        .forgetTopics(GroupCoordinator.FIRST_SHARD, List.of("t"))
                        .resultNow())
                .isEqualTo(ErrorCode.NONE);
        assertThat(fixture.committed(0)).isEqualTo(-1);
        assertThat(fixture.committed("u", 0)).isEqualTo(5);
    }

    @Test
    void offsetsOutliveTheLastMemberBySevenDaysHoweverOldTheyAre() {
        anna.sessionTimeoutMs = 1_800_000;
        fixture.stable(anna);
        anna.commit(0, 1);
        for (int i = 0; i < 30 * 48; i++) {
            fixture.advance(1_799_999);
            anna.heartbeat();
        }
        anna.leave();
        fixture.advance(7 * DAY_MS - 1);
        assertThat(fixture.committed(0)).isEqualTo(1);
        fixture.advance(1);
        assertThat(fixture.committed(0)).isEqualTo(-1);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void offsetsOfAGroupWithoutMembersLiveSevenDaysEach() {
        simple.commit(0, 1);
        fixture.advance(DAY_MS);
        simple.commit(1, 1);
        fixture.advance(6 * DAY_MS);
        assertThat(fixture.committed(0)).isEqualTo(-1);
        assertThat(fixture.committed(1)).isEqualTo(1);
        fixture.advance(DAY_MS);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void anOffsetCommittedLongAfterTheLastMemberLeftLivesSevenDays() {
        fixture.stable(anna);
        anna.commit(0, 1);
        anna.leave();
        fixture.advance(6 * DAY_MS);
        simple.commit(0, 2);
        fixture.advance(7 * DAY_MS - 1);
        assertThat(fixture.committed(0)).isEqualTo(2);
        fixture.advance(1);
        assertThat(fixture.committed(0)).isEqualTo(-1);
    }

    @Test
    void inAStableGroupOnlyOffsetsOfTopicsNobodySubscribesToExpire() {
        simple.commit(0, 1);
        anna.sessionTimeoutMs = 1_800_000;
        anna.protocols = List.of(subscribing("range", "u"));
        fixture.stable(anna);
        fixture.groups()
                .commit(anna.ref(), Map.of(new TopicPartition("u", 0), new CommittedOffset(5, -1, "")))
                .resultNow();
        for (int i = 0; i < 8 * 48; i++) {
            fixture.advance(1_799_999);
            anna.heartbeat();
        }
        assertThat(fixture.committed("t", 0)).isEqualTo(-1);
        assertThat(fixture.committed("u", 0)).isEqualTo(5);
    }

    @Test
    void anEmptyGroupWithoutOffsetsGoesSoon() {
        fixture.stable(anna);
        anna.leave();
        fixture.advance(599_999);
        assertThat(fixture.groups().list().resultNow().get()).hasSize(1);
        fixture.advance(1);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void offsetsOfAConsumerGroupExpireThoughAClassicClientKnockedAndNeverCame() {
        fixture.topics.create("t", 1);
        ConsumerClient carla = new ConsumerClient(fixture, "carla");
        carla.join();
        assertThat(carla.commit(0, carla.epoch)).isEqualTo(ErrorCode.NONE);
        carla.leave();
        anna.requiresKnownMemberId = true;
        anna.join();
        fixture.advance(7 * DAY_MS - 1);
        assertThat(fixture.committed(0)).isEqualTo(5);
        fixture.advance(1);
        assertThat(fixture.committed(0)).isEqualTo(-1);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void expiryGoesOnAfterAFailover() {
        simple.commit(0, 1);
        fixture.advance(6 * DAY_MS);
        fixture.failOver();
        fixture.advance(DAY_MS - 1);
        assertThat(fixture.committed(0)).isEqualTo(1);
        fixture.advance(1);
        assertThat(fixture.committed(0)).isEqualTo(-1);
    }
}
