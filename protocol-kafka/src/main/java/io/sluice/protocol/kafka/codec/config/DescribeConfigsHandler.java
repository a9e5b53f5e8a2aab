package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigService.Kind;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;

/**
 * DescribeConfigs of topics, brokers, groups and loggers: effective value, source, synonyms, documentation (KIP-226,
 * KIP-412, KIP-569, KIP-848).
 */
final class DescribeConfigsHandler implements ColdHandler<DescribeConfigsRequestData> {
    @Override
    public KafkaApi api() {
        return KafkaApi.DESCRIBE_CONFIGS;
    }

    @Override
    public DescribeConfigsRequestData newRequest() {
        return new DescribeConfigsRequestData();
    }

    @Override
    public CompletableFuture<DescribeConfigsResponseData> handle(
            DescribeConfigsRequestData request, ColdContext context) {
        DescribeConfigsResponseData answer = new DescribeConfigsResponseData();
        // What is asked for twice in the same words is answered once: a broker's configurations are many.
        for (DescribeConfigsResource wanted : new LinkedHashSet<>(request.resources())) {
            answer.results().add(describe(wanted, request, context));
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static DescribeConfigsResult describe(
            DescribeConfigsResource wanted, DescribeConfigsRequestData request, ColdContext context) {
        DescribeConfigsResult result = new DescribeConfigsResult()
                .setResourceType(wanted.resourceType())
                .setResourceName(wanted.resourceName());
        if (wanted.resourceType() == ConfigCodes.CLIENT_METRICS) {
            // There is no subscription of any name, so none of them has a configuration.
            return wanted.resourceName().isEmpty()
                    ? failed(result, ErrorCode.INVALID_REQUEST, "Client metrics subscription name must not be empty")
                    : result;
        }
        if (wanted.resourceType() == ConfigCodes.BROKER_LOGGER) {
            Result<SortedMap<String, String>> levels = LoggerConfigs.describe(wanted.resourceName(), context.broker());
            return levels.isOk()
                    ? result.setConfigs(encode(levels.get(), wanted))
                    : failed(result, levels.error(), levels.message());
        }
        Optional<Kind> kind = ConfigCodes.kind(wanted.resourceType());
        if (kind.isEmpty()) {
            return failed(result, ErrorCode.INVALID_REQUEST, "Unsupported resource type: " + wanted.resourceType());
        }
        Result<Collection<ConfigEntry>> described =
                context.broker().configs().describe(new Resource(kind.get(), wanted.resourceName()));
        return described.isOk()
                ? result.setConfigs(encode(described.get(), wanted, request))
                : failed(result, described.error(), described.message());
    }

    private static List<DescribeConfigsResourceResult> encode(
            Collection<ConfigEntry> entries, DescribeConfigsResource wanted, DescribeConfigsRequestData request) {
        List<String> names = wanted.configurationKeys();
        List<DescribeConfigsResourceResult> results = new ArrayList<>();
        for (ConfigEntry entry : entries) {
            if (names == null || names.isEmpty() || names.contains(entry.name())) {
                results.add(encode(entry, request));
            }
        }
        return results;
    }

    private static List<DescribeConfigsResourceResult> encode(
            SortedMap<String, String> levels, DescribeConfigsResource wanted) {
        List<String> names = wanted.configurationKeys();
        List<DescribeConfigsResourceResult> results = new ArrayList<>();
        levels.forEach((logger, level) -> {
            if (names == null || names.isEmpty() || names.contains(logger)) {
                results.add(new DescribeConfigsResourceResult()
                        .setName(logger)
                        .setValue(level)
                        .setConfigSource(ConfigCodes.DYNAMIC_BROKER_LOGGER));
            }
        });
        return results;
    }

    private static DescribeConfigsResourceResult encode(ConfigEntry entry, DescribeConfigsRequestData request) {
        DescribeConfigsResourceResult result = new DescribeConfigsResourceResult()
                .setName(entry.name())
                .setValue(ConfigCodes.shown(entry, entry.value()))
                .setReadOnly(entry.isReadOnly())
                .setConfigSource(ConfigCodes.source(entry.source()))
                .setConfigType(ConfigCodes.type(entry.type()))
                .setIsSensitive(entry.isSensitive());
        if (request.includeSynonyms()) {
            for (ConfigEntry.Synonym synonym : entry.synonyms()) {
                result.synonyms()
                        .add(new DescribeConfigsSynonym()
                                .setName(synonym.name())
                                .setValue(ConfigCodes.shown(entry, synonym.value()))
                                .setSource(ConfigCodes.source(synonym.source())));
            }
        }
        return request.includeDocumentation() ? result.setDocumentation(entry.documentation()) : result;
    }

    private static DescribeConfigsResult failed(DescribeConfigsResult result, ErrorCode error, String message) {
        return result.setErrorCode(error.kafkaCode()).setErrorMessage(message);
    }
}
