package io.sluice.broker;

import io.sluice.broker.api.Result;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigTable;
import io.sluice.broker.config.ConfigValues;
import java.util.HashMap;
import java.util.Map;

/**
 * How the broker behaves: what was set over the defaults of {@link BrokerConfigs} before the start; what is set while it
 * runs goes before these, see {@link io.sluice.broker.config.LiveConfigs}.
 *
 * @param values what was set, checked
 */
public record BrokerSettings(ConfigValues values) {
    /** Every default. */
    public static final BrokerSettings DEFAULT = new BrokerSettings(ConfigValues.NONE);

    /** Every configuration with default, bounds and documentation. */
    public static ConfigTable table() {
        return BrokerConfigs.TABLE;
    }

    /** Settings from names and texts; INVALID_CONFIG names the first that is wrong. */
    public static Result<BrokerSettings> of(Map<String, String> explicit) {
        Result<ConfigValues> checked = BrokerConfigs.TABLE.check(explicit);
        return checked.isOk()
                ? Result.of(new BrokerSettings(checked.get()))
                : Result.failed(checked.error(), checked.message());
    }

    /** These settings with one more; throws {@link IllegalStateException} if it is not valid. */
    public BrokerSettings with(String name, String value) {
        Map<String, String> explicit = new HashMap<>(values.explicit());
        explicit.put(name, value);
        return of(explicit).get();
    }
}
