package io.sluice.protocol.kafka.codec.cluster;

import io.sluice.broker.api.ClusterService.Feature;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.kafka.codec.ColdContext;
import io.sluice.protocol.kafka.codec.ColdHandler;
import io.sluice.protocol.kafka.codec.KafkaApi;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData.UpdatableFeatureResult;

/** UpdateFeatures (KIP-584): all of them or none; each is at its highest level already. */
final class UpdateFeaturesHandler implements ColdHandler<UpdateFeaturesRequestData> {
    private static final byte UPGRADE = 1;
    private static final byte UNSAFE_DOWNGRADE = 3;
    private static final short RESULTS_TO = 1;

    @Override
    public KafkaApi api() {
        return KafkaApi.UPDATE_FEATURES;
    }

    @Override
    public UpdateFeaturesRequestData newRequest() {
        return new UpdateFeaturesRequestData();
    }

    @Override
    public CompletableFuture<UpdateFeaturesResponseData> handle(
            UpdateFeaturesRequestData request, ColdContext context) {
        UpdateFeaturesResponseData answer = new UpdateFeaturesResponseData().setErrorMessage(null);
        for (FeatureUpdateKey wanted : request.featureUpdates()) {
            Result<Feature> checked = check(wanted, context);
            if (!checked.isOk()) {
                answer.results().clear();
                return CompletableFuture.completedFuture(answer.setErrorCode(
                                checked.error().kafkaCode())
                        .setErrorMessage("The update failed for all features since the following feature had an error: "
                                + checked.message()));
            }
            if (context.version() <= RESULTS_TO) {
                answer.results()
                        .add(new UpdatableFeatureResult()
                                .setFeature(wanted.feature())
                                .setErrorMessage(null));
            }
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static Result<Feature> check(FeatureUpdateKey wanted, ColdContext context) {
        if (wanted.upgradeType() < UPGRADE || wanted.upgradeType() > UNSAFE_DOWNGRADE) {
            return Result.failed(
                    ErrorCode.INVALID_UPDATE_VERSION,
                    "Invalid update version " + wanted.maxVersionLevel() + " for feature " + wanted.feature()
                            + ". The controller does not support the given upgrade type.");
        }
        boolean mayDowngrade = wanted.allowDowngrade() || wanted.upgradeType() > UPGRADE;
        return context.broker().cluster().checkFeature(wanted.feature(), wanted.maxVersionLevel(), mayDowngrade);
    }
}
