package io.sluice.protocol.kafka.codec.quota;

import io.sluice.broker.api.QuotaAlteration;
import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntity.Kind;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.EntityData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.OpData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData.EntryData;

/** AlterClientQuotas, KIP-546: each entity succeeds or fails by itself. */
final class AlterClientQuotasHandler implements ColdHandler<AlterClientQuotasRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.ALTER_CLIENT_QUOTAS;
    }

    @Override
    public AlterClientQuotasRequestData newRequest() {
        return new AlterClientQuotasRequestData();
    }

    @Override
    public CompletableFuture<AlterClientQuotasResponseData> handle(
            AlterClientQuotasRequestData request, ColdContext context) {
        List<Result<QuotaAlteration>> read =
                request.entries().stream().map(AlterClientQuotasHandler::read).toList();
        List<QuotaAlteration> readable =
                read.stream().filter(Result::isOk).map(Result::get).toList();
        return context.broker()
                .quotas()
                .alter(readable, request.validateOnly())
                .thenApply(results -> answer(request, read, results));
    }

    private static Result<QuotaAlteration> read(AlterClientQuotasRequestData.EntryData entry) {
        Map<Kind, Optional<String>> parts = new EnumMap<>(Kind.class);
        for (EntityData part : entry.entity()) {
            Optional<Kind> type = Kind.find(part.entityType());
            if (type.isEmpty()) {
                return invalid("Unhandled client quota entity type: " + part.entityType());
            }
            if (parts.put(type.get(), Optional.ofNullable(part.entityName())) != null) {
                return invalid("Invalid client quota entity, duplicate entity entry " + part.entityType());
            }
        }
        Map<String, OptionalDouble> values = new HashMap<>();
        for (OpData op : entry.ops()) {
            OptionalDouble value = op.remove() ? OptionalDouble.empty() : OptionalDouble.of(op.value());
            if (values.put(op.key(), value) != null) {
                return invalid("Duplicate quota key " + op.key() + " not updating quota for this entity");
            }
        }
        return Result.of(new QuotaAlteration(new QuotaEntity(parts), values));
    }

    private static Result<QuotaAlteration> invalid(String message) {
        return Result.failed(ErrorCode.INVALID_REQUEST, message);
    }

    private static AlterClientQuotasResponseData answer(
            AlterClientQuotasRequestData request,
            List<Result<QuotaAlteration>> read,
            List<Result<QuotaEntity>> altered) {
        List<EntryData> entries = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < read.size(); i++) {
            Result<?> result = read.get(i).isOk() ? altered.get(next++) : read.get(i);
            EntryData entry = new EntryData()
                    .setErrorCode(result.error().kafkaCode())
                    .setErrorMessage(result.isOk() ? null : result.message());
            for (EntityData part : request.entries().get(i).entity()) {
                entry.entity()
                        .add(new AlterClientQuotasResponseData.EntityData()
                                .setEntityType(part.entityType())
                                .setEntityName(part.entityName()));
            }
            entries.add(entry);
        }
        return new AlterClientQuotasResponseData().setEntries(entries);
    }
}
