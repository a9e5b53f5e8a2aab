package io.sluice.protocol.kafka.codec.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DeleteAclsRequestData;
import org.apache.kafka.common.message.DeleteAclsRequestData.DeleteAclsFilter;
import org.apache.kafka.common.message.DeleteAclsResponseData;
import org.apache.kafka.common.message.DeleteAclsResponseData.DeleteAclsFilterResult;
import org.apache.kafka.common.message.DeleteAclsResponseData.DeleteAclsMatchingAcl;

/** DeleteAcls: removes what each filter means, and says what that was. */
final class DeleteAclsHandler implements ColdHandler<DeleteAclsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.DELETE_ACLS;
    }

    @Override
    public DeleteAclsRequestData newRequest() {
        return new DeleteAclsRequestData();
    }

    @Override
    public CompletableFuture<DeleteAclsResponseData> handle(DeleteAclsRequestData request, ColdContext context) {
        List<Optional<AccessRuleFilter>> wanted = new ArrayList<>();
        request.filters().forEach(filter -> wanted.add(filter(filter)));
        List<AccessRuleFilter> filters =
                wanted.stream().flatMap(Optional::stream).toList();
        return context.broker().accessRules().remove(filters).thenApply(result -> encode(wanted, result));
    }

    private static Optional<AccessRuleFilter> filter(DeleteAclsFilter filter) {
        return AclCodes.filter(new AclCodes.RawFilter(
                filter.resourceTypeFilter(),
                filter.resourceNameFilter(),
                filter.patternTypeFilter(),
                filter.principalFilter(),
                filter.hostFilter(),
                filter.operation(),
                filter.permissionType()));
    }

    private static DeleteAclsResponseData encode(
            List<Optional<AccessRuleFilter>> wanted, Result<List<List<AccessRule>>> result) {
        DeleteAclsResponseData answer = new DeleteAclsResponseData();
        Iterator<List<AccessRule>> removed = result.isOk()
                ? result.get().iterator()
                : List.<List<AccessRule>>of().iterator();
        for (Optional<AccessRuleFilter> filter : wanted) {
            DeleteAclsFilterResult each = new DeleteAclsFilterResult();
            if (!result.isOk()) {
                each.setErrorCode(result.error().kafkaCode()).setErrorMessage(result.message());
            } else if (filter.isEmpty()) {
                each.setErrorCode(ErrorCode.INVALID_REQUEST.kafkaCode())
                        .setErrorMessage("the filter has a part that this broker does not know");
            } else {
                removed.next().forEach(rule -> each.matchingAcls().add(encode(rule)));
            }
            answer.filterResults().add(each);
        }
        return answer;
    }

    private static DeleteAclsMatchingAcl encode(AccessRule rule) {
        return new DeleteAclsMatchingAcl()
                .setResourceType(rule.type().code())
                .setResourceName(rule.resource())
                .setPatternType(rule.pattern().code())
                .setPrincipal(rule.principal().toString())
                .setHost(rule.host())
                .setOperation(rule.operation().code())
                .setPermissionType(rule.permission().code());
    }
}
