package io.sluice.protocol.kafka.codec.group;

import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.Gathering;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;

/** DeleteGroups: each group by itself. */
final class DeleteGroupsHandler implements ColdHandler<DeleteGroupsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.DELETE_GROUPS;
    }

    @Override
    public DeleteGroupsRequestData newRequest() {
        return new DeleteGroupsRequestData();
    }

    @Override
    public CompletableFuture<DeleteGroupsResponseData> handle(DeleteGroupsRequestData request, ColdContext context) {
        List<CompletableFuture<DeletableGroupResult>> results = new ArrayList<>();
        for (String groupId : new LinkedHashSet<>(request.groupsNames())) {
            results.add(context.broker()
                    .groups()
                    .delete(groupId)
                    .thenApply(error ->
                            new DeletableGroupResult().setGroupId(groupId).setErrorCode(error.kafkaCode())));
        }
        return Gathering.of(results).thenApply(groups -> {
            DeleteGroupsResponseData answer = new DeleteGroupsResponseData();
            groups.forEach(answer.results()::add);
            return answer;
        });
    }
}
