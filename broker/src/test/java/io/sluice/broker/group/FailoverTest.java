package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.JoinAnswer;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.common.ErrorCode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FailoverTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final TestClient anna = fixture.client("anna");
    private final TestClient ben = fixture.client("ben");

    @Test
    void membersGoOnWithoutARebalanceAndWithTheirOffsets() {
        fixture.stable(anna, ben);
        anna.commit(0, 5);
        fixture.failOver();
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
        assertThat(ben.sync().resultNow().assignment()).isEqualTo(GroupsFixture.bytes("for ben"));
        assertThat(fixture.committed(0)).isEqualTo(5);
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void aSnapshotAndTheEventsAfterItGiveTheSame() {
        fixture.stable(anna, ben);
        fixture.runner.checkpoint();
        anna.commit(0, 5);
        fixture.failOver();
        assertThat(fixture.committed(0)).isEqualTo(5);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void sessionsStartAnew() {
        fixture.stable(anna);
        fixture.advance(9_999);
        fixture.failOver();
        fixture.advance(9_999);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
        fixture.advance(10_000);
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void anUnchangedFollowerMayRejoinWithoutARebalance() {
        fixture.stable(anna, ben);
        fixture.failOver();
        assertThat(ben.join().resultNow().generation()).isEqualTo(1);
        assertThat(fixture.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void parkedJoinsEndAndTheClientLooksForTheCoordinator() {
        CompletableFuture<JoinAnswer> join = anna.join();
        fixture.failOver();
        assertThat(join.resultNow().error()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    @Test
    void aGenerationThatWasGivenOutIsNeverGivenAgain() {
        fixture.stable(anna);
        ben.join();
        anna.join();
        assertThat(anna.generation).isEqualTo(2);
        fixture.failOver();
        assertThat(anna.sync().resultNow().error()).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        anna.join();
        assertThat(anna.generation).isEqualTo(3);
    }

    @Test
    void aStaticMemberRestartedDuringTheFailoverKeepsItsAssignment() {
        TestClient fixed = fixture.staticClient("fixed");
        fixture.stable(anna, fixed);
        fixture.failOver();
        TestClient again = fixed.restarted();
        again.join();
        assertThat(again.sync().resultNow().assignment()).isEqualTo(GroupsFixture.bytes("for fixed"));
        assertThat(anna.heartbeat()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aCommitThatFailedIsAnsweredSoAndIsNotThere() {
        GroupsFixture manual = new GroupsFixture(GroupSettings.DEFAULT, false);
        TestClient client = manual.client("client");
        var answer = manual.groups()
                .commit(client.ref(), Map.of(new TopicPartition("t", 0), new CommittedOffset(1, -1, "")));
        manual.runner.decide(1);
        assertThat(answer).isNotDone();
        manual.runner.fail(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(answer.resultNow()).containsValue(ErrorCode.NOT_COORDINATOR);
        var listed = manual.groups().list();
        manual.runner.decide(100);
        manual.runner.commit();
        assertThat(listed.resultNow().get()).isEmpty();
    }

    @Test
    void aGenerationWhoseEventFailedEndsForItsMembersAndTheGroupGoesOnFromTheLastOne() {
        GroupsFixture manual = new GroupsFixture(GroupSettings.DEFAULT, false);
        TestClient client = manual.client("client");
        CompletableFuture<JoinAnswer> join = client.join();
        manual.runner.decide(1);
        manual.runner.commit();
        manual.runner.jump(3_000);
        manual.runner.decide(1);
        manual.runner.fail(ErrorCode.STORAGE_ERROR);
        assertThat(join.resultNow().error()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(manual.runner.nextDeadlineMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aSnapshotWhileABatchIsUnderWayDisturbsNobody() {
        GroupsFixture manual = new GroupsFixture(GroupSettings.DEFAULT, false);
        TestClient client = manual.client("client");
        CompletableFuture<JoinAnswer> join = client.join();
        manual.runner.decide(1);
        manual.runner.commit();
        manual.runner.jump(3_000);
        manual.runner.decide(1);
        manual.runner.checkpoint();
        manual.runner.commit();
        assertThat(join.resultNow().error()).isEqualTo(ErrorCode.NONE);
        client.sync(Map.of(client.memberId, GroupsFixture.bytes("all")));
        manual.runner.decide(1);
        manual.runner.commit();
        assertThat(client.assignment()).isEqualTo("all");
    }

    @Test
    void hundredsOfSessionsEndAtOnce() {
        TestClient[] clients = new TestClient[300];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = fixture.client("client" + i);
        }
        fixture.stable(clients);
        fixture.failOver();
        fixture.advance(10_000);
        assertThat(fixture.state()).isEqualTo(GroupState.EMPTY);
    }

    @Test
    void whoAsksWhereNobodyLeadsIsSentToLookForTheCoordinator() {
        GroupCoordinator former = fixture.groups();
        fixture.failOver();
        assertThat(former.heartbeat(anna.ref()).resultNow()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }
}
