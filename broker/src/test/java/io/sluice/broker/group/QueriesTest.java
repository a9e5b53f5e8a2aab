package io.sluice.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.GroupService.DescribedMember;
import io.sluice.broker.api.GroupService.GroupDescription;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.GroupType;
import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QueriesTest {
    private final GroupsFixture fixture = new GroupsFixture();
    private final TestClient anna = fixture.client("anna");

    @Test
    void aStableGroupIsDescribedWithProtocolMetadataAndAssignments() {
        fixture.stable(anna);
        GroupDescription group =
                fixture.groups().describe(GroupsFixture.GROUP).resultNow().get();
        assertThat(group.protocolType()).isEqualTo("consumer");
        assertThat(group.protocolName()).isEqualTo("range");
        DescribedMember member = group.members().getFirst();
        assertThat(member.memberId()).isEqualTo(anna.memberId);
        assertThat(member.clientId()).isEqualTo("anna");
        assertThat(member.clientHost()).isEqualTo("/127.0.0.1");
        assertThat(member.metadata()).isEqualTo(anna.protocols.getFirst().metadata());
        assertThat(member.assignment()).isEqualTo(GroupsFixture.bytes("for anna"));
    }

    @Test
    void aGroupThatPreparesIsDescribedWithoutWhatIsAboutToChange() {
        anna.join();
        GroupDescription group =
                fixture.groups().describe(GroupsFixture.GROUP).resultNow().get();
        assertThat(group.state()).isEqualTo(GroupState.PREPARING_REBALANCE);
        assertThat(group.protocolName()).isEmpty();
        assertThat(group.members().getFirst().metadata()).isEmpty();
    }

    @Test
    void unknownGroupsAreNotFound() {
        assertThat(fixture.groups().describe("nowhere").resultNow().error()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(fixture.groups().delete("nowhere").resultNow()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
    }

    @Test
    void onlyAnEmptyGroupIsDeletedAndItsOffsetsWithIt() {
        fixture.stable(anna);
        anna.commit(0, 1);
        assertThat(fixture.groups().delete(GroupsFixture.GROUP).resultNow()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        anna.leave();
        assertThat(fixture.groups().delete(GroupsFixture.GROUP).resultNow()).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.committed(0)).isEqualTo(-1);
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void groupsOfAllSlotsAreListed() {
        List<GroupListing> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            TestClient client = fixture.client("client");
            client.groupId = "group-" + i;
            client.commit(0, i);
            expected.add(new GroupListing(client.groupId, "", GroupType.CLASSIC, "Empty"));
        }
        assertThat(fixture.groups().list().resultNow().get()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void noGroupIsLeftOutWithoutAWordWhereNobodyLeads() {
        anna.commit(0, 1);
        fixture.runner.lead(List.of());
        assertThat(fixture.groups().list().resultNow().error()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);

        fixture.shards.isElsewhere = true;
        assertThat(fixture.groups().list().resultNow().get()).isEmpty();
    }

    @Test
    void aGroupHasItsSlotForEver() {
        assertThat(GroupCoordinator.slotOf("orders")).isEqualTo(10);
        assertThat(fixture.groups().machines(GroupCoordinator.FIRST_SHARD))
                .extracting(machine -> machine.id() + " " + machine.name())
                .startsWith("100 groups-00", "101 groups-01")
                .endsWith("163 groups-63");
    }
}
