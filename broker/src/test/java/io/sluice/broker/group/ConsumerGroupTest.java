package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.ConsumerGroupDescription.State;
import io.sluice.broker.api.GroupService.MemberRef;
import io.sluice.broker.api.GroupService.Protocol;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.common.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups of the consumer protocol (KIP-848). */
final class ConsumerGroupTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final ConsumerClient anna = new ConsumerClient(fixture, "anna");
    private final ConsumerClient ben = new ConsumerClient(fixture, "ben");

    @BeforeEach
    void aTopic() {
        fixture.topics.create("t", 4);
    }

    private ConsumerGroupDescription describe() {
        return fixture.groups()
                .describeConsumerGroup(GroupsFixture.GROUP)
                .resultNow()
                .get();
    }

    private void topicsChanged(String... names) {
        assertThat(fixture.groups().topicsChanged(List.of(names)).resultNow()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void theFirstMemberHasEverythingAtOnce() {
        assertThat(anna.join()).isEqualTo(ErrorCode.NONE);
        assertThat(anna.owned.count()).isEqualTo(4);
        assertThat(anna.epoch).isEqualTo(1);
        assertThat(describe().state()).isEqualTo(State.STABLE);
    }

    @Test
    void aSecondMemberGetsItsHalfOnceTheFirstGaveItUp() {
        anna.join();
        anna.isStubborn = true;
        ben.join();
        anna.beat();
        ben.beat();
        assertThat(ben.owned.count()).isZero();
        assertThat(describe().state()).isEqualTo(State.RECONCILING);
        anna.owned = anna.last.assignment().map(ConsumerDecider::partitions).orElseThrow();
        anna.beat();
        ben.beat();
        assertThat(ben.owned.count()).isEqualTo(2);
        assertThat(anna.owned.count()).isEqualTo(2);
        assertThat(describe().state()).isEqualTo(State.STABLE);
    }

    @Test
    void aSettledMemberIsToldNothingNew() {
        anna.join();
        anna.beat();
        assertThat(anna.last.assignment()).isEmpty();
        anna.join();
        assertThat(anna.last.assignment()).as("who says all is told all").isPresent();
    }

    @Test
    void aMemberThatLeavesFreesItsPartitions() {
        bothSettled();
        assertThat(ben.leave()).isEqualTo(ErrorCode.NONE);
        anna.beat();
        assertThat(anna.owned.count()).isEqualTo(4);
    }

    private void bothSettled() {
        anna.join();
        ben.join();
        for (int i = 0; i < 3; i++) {
            anna.beat();
            ben.beat();
        }
        assertThat(describe().state()).isEqualTo(State.STABLE);
    }

    @Test
    void aSilentMemberIsOutAfterItsSession() {
        bothSettled();
        fixture.advance(44_000);
        anna.beat();
        fixture.advance(1_000);
        anna.beat();
        assertThat(anna.owned.count()).isEqualTo(4);
        assertThat(ben.beat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(ben.join()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aMemberThatDoesNotGiveUpInTimeIsOut() {
        anna.rebalanceTimeoutMs = 10_000;
        anna.join();
        anna.isStubborn = true;
        ben.join();
        anna.beat();
        for (int i = 0; i < 10; i++) {
            fixture.advance(1_000);
            anna.beat();
            ben.beat();
        }
        ben.beat();
        assertThat(ben.owned.count()).isEqualTo(4);
    }

    @Test
    void aWrongEpochIsFencedAndTheMemberComesBackWithNothing() {
        bothSettled();
        anna.send(anna.heartbeat(anna.epoch + 1, false));
        assertThat(anna.last.error()).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        assertThat(anna.join()).isEqualTo(ErrorCode.NONE);
        assertThat(anna.owned.count()).isEqualTo(2);
    }

    @Test
    void theEpochBeforeIsGoodBecauseAnAnswerMayBeLost() {
        bothSettled();
        int before = anna.epoch;
        ben.leave();
        var lost = anna.heartbeat(before, false);
        anna.send(lost);
        anna.send(lost);
        assertThat(anna.last.error()).isEqualTo(ErrorCode.NONE);
        assertThat(anna.epoch).isGreaterThan(before);
    }

    @Test
    void moreTopicsAndPartitionsBumpTheEpochAtOnce() {
        anna.topics = List.of("t", "later");
        anna.join();
        fixture.topics.create("later", 3);
        topicsChanged("later");
        assertThat(describe().groupEpoch()).isEqualTo(2);
        anna.beat();
        assertThat(anna.owned.count()).isEqualTo(7);
        fixture.topics.grow("t", 6);
        topicsChanged("t");
        anna.beat();
        assertThat(anna.owned.count()).isEqualTo(9);
        fixture.topics.delete("later");
        topicsChanged("later");
        anna.beat();
        assertThat(anna.owned.count()).isEqualTo(6);
    }

    @Test
    void aTopicNobodyReadsChangesNothing() {
        anna.join();
        fixture.topics.create("other", 3);
        topicsChanged("other");
        assertThat(describe().groupEpoch()).isEqualTo(1);
    }

    @Test
    void aPatternFollowsTheTopicsItsPrincipalSees() {
        anna.topics = List.of();
        anna.regex = Optional.of("t|log-.*");
        anna.visible = topic -> !topic.equals("log-secret");
        anna.join();
        assertThat(anna.owned.count()).isEqualTo(4);
        fixture.topics.create("log-a", 2);
        fixture.topics.create("log-secret", 2);
        fixture.topics.create("xlog-b", 2);
        topicsChanged("log-a", "log-secret", "xlog-b");
        anna.beat();
        assertThat(anna.owned.count()).isEqualTo(6);
        fixture.topics.delete("log-a");
        topicsChanged("log-a");
        anna.beat();
        assertThat(anna.owned.count()).isEqualTo(4);
    }

    @Test
    void aPatternThatIsNoneIsRefused() {
        anna.regex = Optional.of("(");
        assertThat(anna.join()).isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
    }

    @Test
    void anAssignorTheBrokerDoesNotHaveIsRefused() {
        anna.assignor = Optional.of("magic");
        assertThat(anna.join()).isEqualTo(ErrorCode.UNSUPPORTED_ASSIGNOR);
    }

    @Test
    void theAssignorMostMembersAskForIsUsed() {
        anna.assignor = Optional.of("range");
        anna.join();
        assertThat(describe().assignor()).isEqualTo("range");
    }

    @Test
    void aFullGroupTakesNobodyElse() {
        ConsumerSettings settings = ConsumerSettings.DEFAULT;
        GroupsFixture small = new GroupsFixture(GroupSettings.DEFAULT.withConsumer(new ConsumerSettings(
                settings.sessionTimeoutMs(),
                settings.heartbeatIntervalMs(),
                1,
                settings.assignors(),
                settings.migration(),
                settings.ofGroup())));
        new ConsumerClient(small, "first").join();
        assertThat(new ConsumerClient(small, "second").join()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
    }

    @Test
    void aMemberCannotGrowItsSubscriptionBeyondWhatTheGroupMaySayOfItself() {
        GroupsFixture small = new GroupsFixture(GroupFixtures.withGenerationBytesMax(2_000));
        ConsumerClient first = new ConsumerClient(small, "first");
        first.topics = List.of("a");
        assertThat(first.join()).isEqualTo(ErrorCode.NONE);
        first.topics = List.of("b".repeat(1_000));
        assertThat(first.join()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(small.consumerState().member("first").profile().topics()).containsExactly("a");
        assertThat(first.beat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aClassicMemberOfAConsumerGroupIsHeldToTheSameBound() {
        GroupsFixture small = new GroupsFixture(GroupFixtures.withGenerationBytesMax(2_000));
        new ConsumerClient(small, "first").join();
        TestClient classic = small.client("classic");
        classic.protocols = List.of(TestClient.subscribing("range", "b".repeat(900)));
        classic.join();
        assertThat(classic.joined.error()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        classic.protocols = List.of(TestClient.subscribing("range", "b"));
        classic.join();
        assertThat(classic.joined.error()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void whoOffersVeryManyProtocolsHoldsNobodyUp() {
        List<Protocol> many = IntStream.range(0, 100_000)
                .mapToObj(number -> new Protocol("p" + number, new byte[0]))
                .toList();

        // Pairwise comparison takes minutes.
        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThat(LiveGroup.common(List.of(many, many.subList(1, many.size()))))
                        .hasSize(many.size() - 1));
    }

    @Test
    void aStaticMemberComesBackToItsPartitionsWithoutARebalance() {
        anna.instanceId = Optional.of("one");
        bothSettled();
        int epoch = describe().groupEpoch();
        var owned = anna.owned;
        assertThat(anna.leaveForNow()).isEqualTo(ErrorCode.NONE);
        ConsumerClient again = new ConsumerClient(fixture, "anna2");
        again.instanceId = Optional.of("one");
        assertThat(again.join()).isEqualTo(ErrorCode.NONE);
        assertThat(again.owned.hasSamePartitions(owned)).isTrue();
        assertThat(describe().groupEpoch()).isEqualTo(epoch);
        assertThat(anna.beat()).isEqualTo(ErrorCode.UNRELEASED_INSTANCE_ID);
    }

    @Test
    void anInstanceIdInUseIsNotGivenAway() {
        anna.instanceId = Optional.of("one");
        anna.join();
        ben.instanceId = Optional.of("one");
        assertThat(ben.join()).isEqualTo(ErrorCode.UNRELEASED_INSTANCE_ID);
        ben.epoch = 1;
        assertThat(ben.beat()).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
    }

    @Test
    void aStaticMemberThatStaysAwayIsOutAfterItsSession() {
        anna.instanceId = Optional.of("one");
        bothSettled();
        anna.leaveForNow();
        fixture.advance(40_000);
        ben.beat();
        assertThat(ben.owned.count()).isEqualTo(2);
        fixture.advance(6_000);
        ben.beat();
        assertThat(ben.owned.count()).isEqualTo(4);
    }

    @Test
    void anOlderEpochCommitsWhatTheMemberHasHadSince() {
        bothSettled();
        int before = anna.epoch;
        int kept = anna.owned.partitions(anna.owned.topics().iterator().next())[0];
        int foreign = ben.owned.partitions(ben.owned.topics().iterator().next())[0];
        assertThat(anna.commit(kept, before)).isEqualTo(ErrorCode.NONE);
        ben.leave();
        anna.beat();
        assertThat(anna.epoch).isGreaterThan(before);
        assertThat(anna.commit(kept, before)).isEqualTo(ErrorCode.NONE);
        assertThat(anna.commit(foreign, before)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(anna.commit(kept, anna.epoch + 1)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(ben.commit(foreign, 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void offsetsAreReadByMembersThatAreUpToDateAndByNobodyInParticular() {
        anna.join();
        anna.commit(0, anna.epoch);
        var all = Optional.<List<TopicPartition>>empty();
        MemberRef stale = new MemberRef(GroupsFixture.GROUP, 9, "anna", Optional.empty());
        MemberRef stranger = new MemberRef(GroupsFixture.GROUP, 1, "eve", Optional.empty());
        assertThat(fixture.groups().committed(anna.ref(), all).resultNow().get())
                .hasSize(1);
        assertThat(fixture.groups()
                        .committed(GroupsFixture.GROUP, all)
                        .resultNow()
                        .get())
                .hasSize(1);
        assertThat(fixture.groups().committed(stale, all).resultNow().error()).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(fixture.groups().committed(stranger, all).resultNow().error())
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void offsetsOfSubscribedTopicsAreNotDeleted() {
        anna.join();
        anna.commit(0, anna.epoch);
        TopicPartition zero = new TopicPartition("t", 0);
        assertThat(fixture.groups()
                        .deleteOffsets(GroupsFixture.GROUP, List.of(zero))
                        .resultNow()
                        .get())
                .containsEntry(zero, ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
        anna.leave();
        assertThat(fixture.groups()
                        .deleteOffsets(GroupsFixture.GROUP, List.of(zero))
                        .resultNow()
                        .get())
                .containsEntry(zero, ErrorCode.NONE);
        assertThat(fixture.committed(0)).isEqualTo(-1);
    }

    @Test
    void onlyAnEmptyGroupIsDeleted() {
        anna.join();
        assertThat(fixture.groups().delete(GroupsFixture.GROUP).resultNow()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        anna.leave();
        assertThat(fixture.groups().delete(GroupsFixture.GROUP).resultNow()).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void membersGoOnAfterAFailover() {
        bothSettled();
        int epoch = anna.epoch;
        fixture.failOver();
        assertThat(anna.beat()).isEqualTo(ErrorCode.NONE);
        assertThat(anna.epoch).isEqualTo(epoch);
        assertThat(describe().state()).isEqualTo(State.STABLE);
    }

    @Test
    void topicsThatGrewWhileNobodyLedAreSeenWithTheFirstHeartbeat() {
        anna.join();
        fixture.topics.grow("t", 8);
        fixture.failOver();
        anna.beat();
        assertThat(anna.owned.count()).isEqualTo(8);
    }

    @Test
    void offsetsOfAnEmptyGroupExpireSevenDaysAfterItsLastMemberLeft() {
        anna.join();
        anna.commit(0, anna.epoch);
        for (int day = 0; day < 10; day++) {
            fixture.advance(40_000);
            anna.beat();
        }
        anna.leave();
        fixture.advance(6L * 86_400_000);
        assertThat(fixture.committed(0)).isEqualTo(5);
        fixture.advance(2L * 86_400_000);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }
}
