package io.sluice.protocol.kafka.codec.quota;

import io.sluice.broker.api.QuotaEntity.Kind;
import io.sluice.broker.api.QuotaEntry;
import io.sluice.broker.api.QuotaFilter;
import io.sluice.broker.api.QuotaFilter.Match;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData.ComponentData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.EntityData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.EntryData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.ValueData;

/** DescribeClientQuotas, KIP-546: which entities are wanted, and what is wrong with asking so, as Kafka tells it. */
final class DescribeClientQuotasHandler implements ColdHandler<DescribeClientQuotasRequestData> {
    private static final byte EXACT = 0;
    private static final byte DEFAULT = 1;
    private static final byte SPECIFIED = 2;

    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_CLIENT_QUOTAS;
    }

    @Override
    public DescribeClientQuotasRequestData newRequest() {
        return new DescribeClientQuotasRequestData();
    }

    @Override
    public CompletableFuture<DescribeClientQuotasResponseData> handle(
            DescribeClientQuotasRequestData request, ColdContext context) {
        Result<QuotaFilter> filter = filter(request);
        if (!filter.isOk()) {
            return CompletableFuture.completedFuture(failed(filter.error(), filter.message()));
        }
        Result<List<QuotaEntry>> entries = context.broker().quotas().describe(filter.get());
        return CompletableFuture.completedFuture(
                entries.isOk() ? described(entries.get()) : failed(entries.error(), entries.message()));
    }

    private static Result<QuotaFilter> filter(DescribeClientQuotasRequestData request) {
        Map<Kind, Match> components = new EnumMap<>(Kind.class);
        for (ComponentData component : request.components()) {
            if (component.entityType().isEmpty()) {
                return invalid("Invalid empty entity type.");
            }
            Optional<Kind> type = Kind.find(component.entityType());
            if (type.isEmpty()) {
                return Result.failed(
                        ErrorCode.UNSUPPORTED_VERSION, "Unsupported entity type " + component.entityType());
            }
            Result<Match> match = match(component);
            if (!match.isOk()) {
                return Result.failed(match.error(), match.message());
            }
            if (components.put(type.get(), match.get()) != null) {
                return invalid(
                        "Entity type " + component.entityType() + " cannot appear more than once in the filter.");
            }
        }
        if (components.containsKey(Kind.IP) && components.size() > 1) {
            return invalid("Invalid entity filter component combination. IP filter component should not be used with"
                    + " user or clientId filter component.");
        }
        return Result.of(new QuotaFilter(components, request.strict()));
    }

    private static Result<Match> match(ComponentData component) {
        String name = component.match();
        return switch (component.matchType()) {
            case EXACT ->
                name == null
                        ? invalid("Request specified MATCH_TYPE_EXACT, but set match string to null.")
                        : Result.of(new QuotaFilter.Exactly(Optional.of(name)));
            case DEFAULT ->
                name != null
                        ? invalid("Request specified MATCH_TYPE_DEFAULT, but also specified a match string.")
                        : Result.of(new QuotaFilter.Exactly(Optional.empty()));
            case SPECIFIED ->
                name != null
                        ? invalid("Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.")
                        : Result.of(new QuotaFilter.Any());
            default -> invalid("Unknown match type " + component.matchType());
        };
    }

    private static <T> Result<T> invalid(String message) {
        return Result.failed(ErrorCode.INVALID_REQUEST, message);
    }

    private static DescribeClientQuotasResponseData described(List<QuotaEntry> entries) {
        return new DescribeClientQuotasResponseData()
                .setEntries(entries.stream()
                        .map(DescribeClientQuotasHandler::described)
                        .toList());
    }

    private static EntryData described(QuotaEntry entry) {
        EntryData data = new EntryData();
        entry.entity()
                .parts()
                .forEach((type, name) -> data.entity()
                        .add(new EntityData().setEntityType(type.kafkaName()).setEntityName(name.orElse(null))));
        entry.values()
                .forEach((key, value) -> data.values()
                        .add(new ValueData().setKey(key.kafkaName()).setValue(value)));
        return data;
    }

    private static DescribeClientQuotasResponseData failed(ErrorCode error, String message) {
        return new DescribeClientQuotasResponseData()
                .setErrorCode(error.kafkaCode())
                .setErrorMessage(message)
                .setEntries(null);
    }
}
