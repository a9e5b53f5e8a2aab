package io.sluice.server.node;

import io.sluice.common.SystemClock;
import io.sluice.server.settings.Settings;
import java.util.Optional;

/** Whether the settings fit each other and the files they name, without opening anything. */
public final class SetupCheck {
    private SetupCheck() {}

    /** The line with which a start would end; empty if it would go on to the data directory. */
    public static Optional<String> problem(Settings settings) {
        try {
            BrokerSetup.of(settings);
            SecuritySetup.of(settings, new SystemClock());
            return Optional.empty();
        } catch (StartException refused) {
            return Optional.ofNullable(refused.getMessage());
        }
    }
}
