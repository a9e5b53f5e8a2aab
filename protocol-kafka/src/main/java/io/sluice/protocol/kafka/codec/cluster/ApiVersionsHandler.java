package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.broker.api.ClusterService.Feature;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdAnswer;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;

/** ApiVersions, KIP-35, KIP-511 and the features of KIP-584. */
public final class ApiVersionsHandler implements ColdHandler<ApiVersionsRequestData> {
    private static final Pattern SOFTWARE = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");
    private static final int SOFTWARE_CHARACTERS_MAX = 200;
    private static final short SOFTWARE_FROM = 3;
    private static final short LEVEL_ZERO_FROM = 4;

    /** Levels never change while a cluster lives, so there is one epoch of them. */
    private static final long FEATURES_EPOCH = 0;

    ApiVersionsHandler() {}

    /**
     * What a version that we do not know gets: version 0 with an error and our own range of this one request, so that
     * the client can come down to it.
     */
    public static ColdAnswer unsupportedVersion() {
        ApiVersionsResponseData answer =
                new ApiVersionsResponseData().setErrorCode(ErrorCode.UNSUPPORTED_VERSION.kafkaCode());
        answer.apiKeys().add(range(KafkaApi.API_VERSIONS));
        return ColdAnswer.of(answer, (short) 0);
    }

    @Override
    public KafkaApi api() {
        return KafkaApi.API_VERSIONS;
    }

    @Override
    public ApiVersionsRequestData newRequest() {
        return new ApiVersionsRequestData();
    }

    @Override
    public CompletableFuture<ApiVersionsResponseData> handle(ApiVersionsRequestData request, ColdContext context) {
        ApiVersionsResponseData answer = new ApiVersionsResponseData();
        if (context.version() >= SOFTWARE_FROM) {
            String name = request.clientSoftwareName();
            String version = request.clientSoftwareVersion();
            if (!isSoftware(name) || !isSoftware(version)) {
                return CompletableFuture.completedFuture(answer.setErrorCode(ErrorCode.INVALID_REQUEST.kafkaCode()));
            }
            context.client().tellSoftware(name, version);
        }
        for (KafkaApi api : KafkaApi.values()) {
            answer.apiKeys().add(range(api));
        }
        addFeatures(context.broker().cluster().features(), context.version(), answer);
        return CompletableFuture.completedFuture(answer);
    }

    /** KIP-584; written from version 3 on. Clients before version 4 fail on a lowest level of 0 (KIP-1022). */
    private static void addFeatures(List<Feature> features, short version, ApiVersionsResponseData answer) {
        answer.setFinalizedFeaturesEpoch(FEATURES_EPOCH);
        for (Feature feature : features) {
            if (feature.levelMin() > 0 || version >= LEVEL_ZERO_FROM) {
                answer.supportedFeatures()
                        .add(new SupportedFeatureKey()
                                .setName(feature.name())
                                .setMinVersion((short) feature.levelMin())
                                .setMaxVersion((short) feature.levelMax()));
            }
            answer.finalizedFeatures()
                    .add(new FinalizedFeatureKey()
                            .setName(feature.name())
                            .setMinVersionLevel((short) feature.level())
                            .setMaxVersionLevel((short) feature.level()));
        }
    }

    private static boolean isSoftware(String text) {
        return text.length() <= SOFTWARE_CHARACTERS_MAX
                && SOFTWARE.matcher(text).matches();
    }

    private static ApiVersion range(KafkaApi api) {
        return new ApiVersion()
                .setApiKey(api.key())
                .setMinVersion(api.advertisedMin())
                .setMaxVersion(api.versionMax());
    }
}
