package io.sluice.protocol.kafka.codec.security;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
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
import org.apache.kafka.common.message.CreateAclsRequestData;
import org.apache.kafka.common.message.CreateAclsRequestData.AclCreation;
import org.apache.kafka.common.message.CreateAclsResponseData;
import org.apache.kafka.common.message.CreateAclsResponseData.AclCreationResult;

/** CreateAcls: each rule is added or refused by itself. */
final class CreateAclsHandler implements ColdHandler<CreateAclsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.CREATE_ACLS;
    }

    @Override
    public CreateAclsRequestData newRequest() {
        return new CreateAclsRequestData();
    }

    @Override
    public CompletableFuture<CreateAclsResponseData> handle(CreateAclsRequestData request, ColdContext context) {
        List<Optional<AccessRule>> wanted = new ArrayList<>();
        request.creations().forEach(creation -> wanted.add(rule(creation)));
        List<AccessRule> rules = wanted.stream().flatMap(Optional::stream).toList();
        return context.broker().accessRules().add(rules).thenApply(result -> encode(wanted, result));
    }

    private static Optional<AccessRule> rule(AclCreation creation) {
        var type = ResourceType.find(creation.resourceType());
        var pattern = AclCodes.pattern(creation.resourcePatternType());
        var principal = Principal.parse(creation.principal());
        var operation = Operation.find(creation.operation());
        var permission = AclCodes.permission(creation.permissionType());
        boolean isWhole = type.isPresent()
                && pattern.isPresent()
                && principal.isPresent()
                && operation.isPresent()
                && permission.isPresent();
        return isWhole
                ? Optional.of(new AccessRule(
                        type.get(),
                        pattern.get(),
                        creation.resourceName(),
                        principal.get(),
                        creation.host(),
                        operation.get(),
                        permission.get()))
                : Optional.empty();
    }

    private static CreateAclsResponseData encode(
            List<Optional<AccessRule>> wanted, Result<List<Result<AccessRule>>> result) {
        CreateAclsResponseData answer = new CreateAclsResponseData();
        Iterator<Result<AccessRule>> added = result.isOk()
                ? result.get().iterator()
                : List.<Result<AccessRule>>of().iterator();
        for (Optional<AccessRule> rule : wanted) {
            if (!result.isOk()) {
                answer.results().add(failed(result.error(), result.message()));
            } else if (rule.isEmpty()) {
                answer.results()
                        .add(failed(ErrorCode.INVALID_REQUEST, "the rule has a part that this broker does not know"));
            } else {
                Result<AccessRule> each = added.next();
                answer.results().add(each.isOk() ? new AclCreationResult() : failed(each.error(), each.message()));
            }
        }
        return answer;
    }

    private static AclCreationResult failed(ErrorCode error, String message) {
        return new AclCreationResult().setErrorCode(error.kafkaCode()).setErrorMessage(message);
    }
}
