package io.sluice.protocol.kafka.codec.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeAclsRequestData;
import org.apache.kafka.common.message.DescribeAclsResponseData;
import org.apache.kafka.common.message.DescribeAclsResponseData.AclDescription;
import org.apache.kafka.common.message.DescribeAclsResponseData.DescribeAclsResource;

/** DescribeAcls: the rules that a filter means, by resource. */
final class DescribeAclsHandler implements ColdHandler<DescribeAclsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_ACLS;
    }

    @Override
    public DescribeAclsRequestData newRequest() {
        return new DescribeAclsRequestData();
    }

    @Override
    public CompletableFuture<DescribeAclsResponseData> handle(DescribeAclsRequestData request, ColdContext context) {
        Optional<AccessRuleFilter> filter = AclCodes.filter(new AclCodes.RawFilter(
                request.resourceTypeFilter(),
                request.resourceNameFilter(),
                request.patternTypeFilter(),
                request.principalFilter(),
                request.hostFilter(),
                request.operation(),
                request.permissionType()));
        if (filter.isEmpty()) {
            return CompletableFuture.completedFuture(
                    failed(ErrorCode.INVALID_REQUEST, "the filter has a part that this broker does not know"));
        }
        Result<List<AccessRule>> found = context.broker().accessRules().find(filter.get());
        return CompletableFuture.completedFuture(
                found.isOk() ? encode(found.get()) : failed(found.error(), found.message()));
    }

    private static DescribeAclsResponseData encode(List<AccessRule> rules) {
        DescribeAclsResponseData answer = new DescribeAclsResponseData();
        AccessRule before = null;
        for (AccessRule rule : rules) {
            boolean isSame = before != null
                    && before.type() == rule.type()
                    && before.pattern() == rule.pattern()
                    && before.resource().equals(rule.resource());
            if (!isSame) {
                answer.resources()
                        .add(new DescribeAclsResource()
                                .setResourceType(rule.type().code())
                                .setResourceName(rule.resource())
                                .setPatternType(rule.pattern().code()));
            }
            answer.resources()
                    .getLast()
                    .acls()
                    .add(new AclDescription()
                            .setPrincipal(rule.principal().toString())
                            .setHost(rule.host())
                            .setOperation(rule.operation().code())
                            .setPermissionType(rule.permission().code()));
            before = rule;
        }
        return answer;
    }

    private static DescribeAclsResponseData failed(ErrorCode error, String message) {
        return new DescribeAclsResponseData().setErrorCode(error.kafkaCode()).setErrorMessage(message);
    }
}
