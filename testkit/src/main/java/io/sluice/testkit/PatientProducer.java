package io.sluice.testkit;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Settings of a producer that gives no record up before three minutes have passed, whatever the broker does meanwhile. */
public final class PatientProducer {
    private static final int PATIENCE_MS = 180_000;

    private PatientProducer() {}

    /** Idempotent, all acknowledgements, quick to connect again; the map may be changed. */
    public static Map<String, Object> settings(String address) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 20_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, 20);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100);
        return settings;
    }
}
