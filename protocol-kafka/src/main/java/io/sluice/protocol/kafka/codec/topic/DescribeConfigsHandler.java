package io.sluice.protocol.kafka.codec.topic;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;

/** DescribeConfigs of topics and of this broker: effective value, source, synonyms, documentation (KIP-226, KIP-569). */
final class DescribeConfigsHandler implements ColdHandler<DescribeConfigsRequestData> {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;

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
        for (DescribeConfigsResource wanted : request.resources()) {
            answer.results().add(describe(wanted, request, context));
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static DescribeConfigsResult describe(
            DescribeConfigsResource wanted, DescribeConfigsRequestData request, ColdContext context) {
        DescribeConfigsResult result = new DescribeConfigsResult()
                .setResourceType(wanted.resourceType())
                .setResourceName(wanted.resourceName());
        return switch (wanted.resourceType()) {
            case TOPIC -> topic(wanted, request, context, result);
            case BROKER -> broker(wanted, request, context, result);
            default ->
                failed(
                        result,
                        ErrorCode.INVALID_REQUEST,
                        "resource type " + wanted.resourceType() + " has no configs here");
        };
    }

    private static DescribeConfigsResult topic(
            DescribeConfigsResource wanted,
            DescribeConfigsRequestData request,
            ColdContext context,
            DescribeConfigsResult result) {
        TopicService topics = context.broker().topics();
        Optional<String> invalid = topics.whyInvalidName(wanted.resourceName());
        if (invalid.isPresent()) {
            return failed(result, ErrorCode.INVALID_TOPIC_EXCEPTION, invalid.get());
        }
        Result<Topic> topic = topics.find(wanted.resourceName(), Operation.DESCRIBE_CONFIGS);
        return topic.isOk()
                ? result.setConfigs(encode(topics.describeConfigs(topic.get()), wanted, request))
                : failed(result, topic.error(), topic.message());
    }

    private static DescribeConfigsResult broker(
            DescribeConfigsResource wanted,
            DescribeConfigsRequestData request,
            ColdContext context,
            DescribeConfigsResult result) {
        if (!context.broker().access().mayToCluster(Operation.DESCRIBE_CONFIGS)) {
            return failed(
                    result, ErrorCode.CLUSTER_AUTHORIZATION_FAILED, ErrorCode.CLUSTER_AUTHORIZATION_FAILED.text());
        }
        String nodeId = Integer.toString(context.broker().nodeId());
        if (wanted.resourceName().isEmpty()) {
            return result;
        }
        if (!wanted.resourceName().equals(nodeId)) {
            return failed(
                    result, ErrorCode.INVALID_REQUEST, "this is broker " + nodeId + ", not " + wanted.resourceName());
        }
        TopicService topics = context.broker().topics();
        return result.setConfigs(encode(topics.describeBrokerConfigs(), wanted, request));
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

    private static DescribeConfigsResourceResult encode(ConfigEntry entry, DescribeConfigsRequestData request) {
        DescribeConfigsResourceResult result = new DescribeConfigsResourceResult()
                .setName(entry.name())
                .setValue(entry.value())
                .setReadOnly(entry.isReadOnly())
                .setConfigSource(ConfigCodes.source(entry.source()))
                .setConfigType(ConfigCodes.type(entry.type()))
                .setIsSensitive(false);
        if (request.includeSynonyms()) {
            for (ConfigEntry.Synonym synonym : entry.synonyms()) {
                result.synonyms()
                        .add(new DescribeConfigsSynonym()
                                .setName(synonym.name())
                                .setValue(synonym.value())
                                .setSource(ConfigCodes.source(synonym.source())));
            }
        }
        return request.includeDocumentation() ? result.setDocumentation(entry.documentation()) : result;
    }

    private static DescribeConfigsResult failed(DescribeConfigsResult result, ErrorCode error, String message) {
        return result.setErrorCode(error.kafkaCode()).setErrorMessage(message);
    }
}
