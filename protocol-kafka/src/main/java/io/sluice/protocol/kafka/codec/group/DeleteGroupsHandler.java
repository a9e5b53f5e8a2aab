package io.sluice.protocol.kafka.codec.group;

import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.LinkedHashMap;
import java.util.Map;
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
        Map<String, CompletableFuture<DeletableGroupResult>> results = new LinkedHashMap<>();
        for (String groupId : request.groupsNames()) {
            results.computeIfAbsent(
                    groupId,
                    id -> context.broker()
                            .groups()
                            .delete(id)
                            .thenApply(error ->
                                    new DeletableGroupResult().setGroupId(id).setErrorCode(error.kafkaCode())));
        }
        return CompletableFuture.allOf(results.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    DeleteGroupsResponseData answer = new DeleteGroupsResponseData();
                    results.values().forEach(result -> answer.results().add(result.resultNow()));
                    return answer;
                });
    }
}
