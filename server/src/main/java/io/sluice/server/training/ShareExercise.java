package io.sluice.server.training;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a member of a share group does: it asks again and again, a few records at a time, each request acknowledging what the
 * one before it brought. A member asks some hundred times a second, so that without profiles the compilers are busy for most
 * of the first minute.
 */
final class ShareExercise {
    private static final String GROUP = "training";
    private static final int RECORDS = 2_000;
    /** Records are single batches here, so that many requests are needed. */
    private static final int RECORDS_OF_REQUEST = 2;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int LIMIT_MS = 15_000;
    private static final int EMPTY_MAX = (int) (LIMIT_MS / POLL.toMillis());

    private ShareExercise() {}

    /** Takes the first records of the topic; throws {@link IllegalStateException} if the broker does not hand them out. */
    static void run(String bootstrap, String topic) {
        beginAtTheFirstRecord(bootstrap);
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ConsumerConfig.GROUP_ID_CONFIG, GROUP,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MS,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_OF_REQUEST);
        try (KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            int got = 0;
            int empty = 0;
            while (got < RECORDS) {
                int polled = consumer.poll(POLL).count();
                got += polled;
                empty = polled == 0 ? empty + 1 : 0;
                if (empty > EMPTY_MAX) {
                    throw new IllegalStateException("the broker handed out " + got + " of " + RECORDS + " records");
                }
            }
        }
    }

    private static void beginAtTheFirstRecord(String bootstrap) {
        AlterConfigOp earliest =
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, GROUP);
        try (Admin admin = Admin.create(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            admin.incrementalAlterConfigs(Map.of(group, List.of(earliest)))
                    .all()
                    .get(LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker takes no configuration", e);
        }
    }
}
