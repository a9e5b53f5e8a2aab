package io.sluice.protocol.kafka.codec.config;

import io.sluice.protocol.kafka.codec.ColdHandler;
import java.util.List;

/** The handlers of this package. */
public final class ConfigHandlers {
    private ConfigHandlers() {}

    /** One of each. */
    public static List<ColdHandler<?>> all() {
        return List.of(
                new DescribeConfigsHandler(),
                new AlterConfigsHandler(),
                new IncrementalAlterConfigsHandler(),
                new ListConfigResourcesHandler());
    }
}
