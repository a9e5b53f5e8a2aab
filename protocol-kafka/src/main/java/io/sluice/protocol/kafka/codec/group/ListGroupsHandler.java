package io.sluice.protocol.kafka.codec.group;

import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;

/**
 * ListGroups with filters by state (KIP-518) and type (KIP-848); filters that name nothing we know match nothing. Where
 * groups are left out the error is that of the whole answer, as in Kafka, so that clients ask again.
 */
final class ListGroupsHandler implements ColdHandler<ListGroupsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.LIST_GROUPS;
    }

    @Override
    public ListGroupsRequestData newRequest() {
        return new ListGroupsRequestData();
    }

    @Override
    public CompletableFuture<ListGroupsResponseData> handle(ListGroupsRequestData request, ColdContext context) {
        return context.broker().groups().list().thenApply(groups -> {
            ListGroupsResponseData answer = new ListGroupsResponseData();
            if (!groups.isOk()) {
                return answer.setErrorCode(groups.error().kafkaCode());
            }
            for (GroupListing group : groups.get()) {
                boolean isWanted = matches(request.statesFilter(), group.state())
                        && matches(request.typesFilter(), group.type().kafkaName());
                if (isWanted) {
                    answer.groups().add(encode(group));
                }
            }
            return answer;
        });
    }

    private static boolean matches(List<String> filter, String value) {
        return filter.isEmpty() || filter.stream().anyMatch(value::equalsIgnoreCase);
    }

    private static ListedGroup encode(GroupListing group) {
        return new ListedGroup()
                .setGroupId(group.groupId())
                .setProtocolType(group.protocolType())
                .setGroupState(group.state())
                .setGroupType(group.type().kafkaName());
    }
}
