package io.sluice.testkit.crash;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** Creates the topics of a plan. */
final class CrashTopics {
    private CrashTopics() {}

    static void create(String address, CrashPlan plan) {
        Map<String, String> configs =
                plan.durability().isEmpty() ? Map.of() : Map.of("sluice.durability", plan.durability());
        List<NewTopic> topics = plan.topicNames().stream()
                .map(name -> new NewTopic(name, plan.partitions(), (short) 1).configs(configs))
                .toList();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address))) {
            admin.createTopics(topics).all().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot create " + plan.topicNames(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topics", e);
        }
    }
}
