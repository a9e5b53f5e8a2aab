package io.sluice.it.client;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.jspecify.annotations.Nullable;

/** Quotas through the Admin client, by calls that every version from 2.8 to 4.4 has. */
final class QuotaScenario {
    private static final int LIMIT_SECONDS = 30;
    private static final ClientQuotaEntity ENTITY =
            new ClientQuotaEntity(Map.of("user", "scenario", "client-id", "scenario"));

    private final Map<String, Object> settings;

    QuotaScenario(Map<String, Object> settings) {
        this.settings = settings;
    }

    /** Sets two quotas, reads them, removes one, reads again. */
    void run(Map<String, Object> output) throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(settings)) {
            alter(admin, 1000.0);
            output.put("set", describe(admin));
            alter(admin, null);
            output.put("left", describe(admin));
        }
    }

    private static void alter(Admin admin, @Nullable Double producerRate)
            throws ExecutionException, InterruptedException, TimeoutException {
        Collection<ClientQuotaAlteration.Op> ops = List.of(
                new ClientQuotaAlteration.Op("producer_byte_rate", producerRate),
                new ClientQuotaAlteration.Op("request_percentage", 50.0));
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(ENTITY, ops)))
                .all()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static Map<String, Double> describe(Admin admin)
            throws ExecutionException, InterruptedException, TimeoutException {
        ClientQuotaFilter filter = ClientQuotaFilter.containsOnly(List.of(
                ClientQuotaFilterComponent.ofEntity("user", "scenario"),
                ClientQuotaFilterComponent.ofEntityType("client-id")));
        return admin.describeClientQuotas(filter)
                .entities()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                .getOrDefault(ENTITY, Map.of());
    }
}
