package io.sluice.protocol.kafka.codec.quota;

import io.sluice.protocol.kafka.codec.ColdHandler;
import java.util.List;

/** The handlers of this package. */
public final class QuotaHandlers {
    private QuotaHandlers() {}

    /** One of each. */
    public static List<ColdHandler<?>> all() {
        return List.of(new DescribeClientQuotasHandler(), new AlterClientQuotasHandler());
    }
}
