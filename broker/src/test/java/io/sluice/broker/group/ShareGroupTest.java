package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.GroupType;
import io.sluice.broker.api.ShareGroupDescription;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Members of share groups, as KIP-932 has them. */
final class ShareGroupTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final TopicId topic = fixture.topics.create("t", 4);
    private final ShareClient first = new ShareClient(fixture, "first");
    private final ShareClient second = new ShareClient(fixture, "second");

    @Test
    void aMemberAloneHasEveryPartition() {
        first.speak();
        assertThat(first.last.error()).isEqualTo(ErrorCode.NONE);
        assertThat(first.epoch).isEqualTo(1);
        assertThat(first.assigned.hasSamePartitions(PartitionSet.of(topic, 0, 1, 2, 3)))
                .isTrue();
        assertThat(first.last.heartbeatIntervalMs()).isBetween(1, 5_000);
    }

    @Test
    void moreMembersThanPartitionsShareThem() {
        fixture.topics.delete("t");
        TopicId single = fixture.topics.create("t", 1);
        first.speak();
        second.speak();
        first.speak();
        assertThat(first.assigned.hasSamePartitions(PartitionSet.of(single, 0))).isTrue();
        assertThat(second.assigned.hasSamePartitions(PartitionSet.of(single, 0)))
                .isTrue();
    }

    @Test
    void aNewMemberTakesItsPartAtTheNextHeartbeatOfTheOthers() {
        first.speak();
        second.speak();
        assertThat(second.assigned.count()).isEqualTo(2);
        first.speak();
        assertThat(first.assigned.count()).isEqualTo(2);
        assertThat(first.epoch).isEqualTo(second.epoch).isEqualTo(2);
        first.speak();
        assertThat(first.last.assignment()).isEmpty();
    }

    @Test
    void anAnswerThatGotLostIsGivenAgain() {
        first.speak();
        second.speak();
        fixture.groups().shareHeartbeat(first.heartbeat(1, false));
        first.send(first.heartbeat(1, false));
        assertThat(first.last.error()).isEqualTo(ErrorCode.NONE);
        assertThat(first.epoch).isEqualTo(2);
        assertThat(first.assigned.count()).isEqualTo(2);
    }

    @Test
    void wrongEpochsAreFencedAndStrangersUnknown() {
        first.speak();
        first.send(first.heartbeat(7, false));
        assertThat(first.last.error()).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        second.send(second.heartbeat(1, false));
        assertThat(second.last.error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        second.leave();
        assertThat(second.last.error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        first.send(first.heartbeat(0, true));
        assertThat(first.last.error()).isEqualTo(ErrorCode.NONE);
        assertThat(first.assigned.count()).isEqualTo(4);
    }

    @Test
    void whoLeavesOrIsSilentIsGoneAndThatIsTold() {
        List<String> gone = new ArrayList<>();
        fixture.groups().deliverBy(new ShareDeliveries() {
            @Override
            public void memberGone(String groupId, String memberId, PartitionSet assigned) {
                gone.add(groupId + " " + memberId + " " + assigned.count());
            }

            @Override
            public CompletableFuture<ErrorCode> forget(String groupId) {
                gone.add(groupId);
                return CompletableFuture.completedFuture(ErrorCode.NONE);
            }
        });
        first.speak();
        second.speak();
        second.leave();
        assertThat(second.epoch).isEqualTo(-1);
        assertThat(gone).containsExactly("orders second 2");
        first.speak();
        assertThat(first.assigned.count()).isEqualTo(4);
        fixture.advance(45_001);
        assertThat(gone).containsExactly("orders second 2", "orders first 4");
        assertThat(describe().state()).isEqualTo(ShareGroupDescription.State.EMPTY);
        first.speak();
        assertThat(first.last.error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(fixture.groups().delete("orders").resultNow()).isEqualTo(ErrorCode.NONE);
        assertThat(gone).endsWith("orders");
    }

    @Test
    void membersGoOnAfterAFailover() {
        first.speak();
        fixture.failOver();
        first.speak();
        assertThat(first.last.error()).isEqualTo(ErrorCode.NONE);
        assertThat(describe().members()).singleElement().satisfies(member -> {
            assertThat(member.memberId()).isEqualTo("first");
            assertThat(member.memberEpoch()).isEqualTo(1);
            assertThat(member.topics()).containsExactly("t");
        });
    }

    @Test
    void newPartitionsAreDealtOutAtTheNextHeartbeat() {
        first.speak();
        fixture.topics.grow("t", 6);
        fixture.groups().topicsChanged(List.of("t"));
        first.speak();
        assertThat(first.assigned.count()).isEqualTo(6);
        fixture.topics.delete("t");
        fixture.groups().topicsChanged(List.of("t"));
        first.speak();
        assertThat(first.assigned.isEmpty()).isTrue();
    }

    @Test
    void theNameOfAShareGroupIsNoOtherGroups() {
        first.speak();
        TestClient classic = fixture.client("classic");
        assertThat(classic.join().resultNow().error()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        ConsumerClient consumer = new ConsumerClient(fixture, "consumer");
        assertThat(consumer.send(consumer.heartbeat(0, true)).resultNow().error())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        ShareClient elsewhere = new ShareClient(fixture, "elsewhere");
        elsewhere.groupId = "others";
        consumer.groupId = "others";
        consumer.send(consumer.heartbeat(0, true));
        elsewhere.speak();
        assertThat(elsewhere.last.error()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void listedAndDeletedOnceEmpty() {
        first.speak();
        assertThat(fixture.groups().list().resultNow().get())
                .containsExactly(new GroupListing("orders", "share", GroupType.SHARE, "Stable"));
        assertThat(fixture.groups().delete("orders").resultNow()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        first.leave();
        assertThat(fixture.groups().list().resultNow().get())
                .containsExactly(new GroupListing("orders", "share", GroupType.SHARE, "Empty"));
        assertThat(fixture.groups().delete("orders").resultNow()).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.groups().delete("orders").resultNow()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(fixture.groups().describeShareGroup("orders").resultNow().error())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void malformedHeartbeatsAreRefused() {
        ShareClient nameless = new ShareClient(fixture, "");
        nameless.speak();
        assertThat(nameless.last.error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        first.send(first.heartbeat(0, false));
        assertThat(first.last.message()).contains("SubscribedTopicNames");
        first.send(first.heartbeat(-2, false));
        assertThat(first.last.error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        first.topics = List.of();
        first.send(first.heartbeat(0, true));
        assertThat(first.last.error()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void aFullGroupTakesNobody() {
        for (int i = 0; i < 200; i++) {
            ShareClient client = new ShareClient(fixture, "m" + i);
            client.speak();
            assertThat(client.last.error()).isEqualTo(ErrorCode.NONE);
        }
        second.speak();
        assertThat(second.last.error()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
    }

    private ShareGroupDescription describe() {
        return fixture.groups().describeShareGroup("orders").resultNow().get();
    }
}
