package io.sluice.protocol.kafka.codec.config;

import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What AlterConfigs and IncrementalAlterConfigs refuse before they look at values: Kafka's {@code ConfigAdminManager}. */
final class ConfigRequests {
    private ConfigRequests() {}

    /** A resource as it is named in a request. */
    record Named(byte type, String name) {}

    /** Those that are named more than once: all of them fail. */
    static Set<Named> repeated(List<Named> resources) {
        Set<Named> seen = new HashSet<>();
        Set<Named> repeated = new HashSet<>();
        for (Named resource : resources) {
            if (!seen.add(resource)) {
                repeated.add(resource);
            }
        }
        return repeated;
    }

    static boolean hasRepeated(Collection<String> names) {
        return new HashSet<>(names).size() < names.size();
    }

    static CompletableFuture<Result<Resource>> refused(String reason) {
        return CompletableFuture.completedFuture(Result.failed(ErrorCode.INVALID_REQUEST, reason));
    }
}
