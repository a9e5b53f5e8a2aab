package io.sluice.testkit.soak;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/** Asks what user interfaces ask: cluster, topics, groups and their members. Owner: one thread. */
final class Onlooker {
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final SoakPlan plan;

    Onlooker(SoakPlan plan) {
        this.plan = plan;
    }

    /** Until {@code crew} stops. */
    void look(PatientAdmin client, SoakCrew crew) throws InterruptedException {
        try (client) {
            Admin admin = client.admin();
            List<String> groups =
                    plan.steadyGroups().stream().map(SteadyGroup::id).toList();
            while (!crew.rest(PAUSE)) {
                PatientAdmin.await(() -> admin.describeCluster().nodes());
                Set<String> topics = PatientAdmin.await(() -> admin.listTopics().names());
                if (!topics.containsAll(plan.topicNames())) {
                    throw new IllegalStateException("of the topics that stay, only these are listed: " + topics);
                }
                PatientAdmin.await(() -> admin.describeTopics(plan.topicNames()).allTopicNames());
                PatientAdmin.await(() -> admin.listGroups().all());
                PatientAdmin.await(() -> admin.describeConsumerGroups(groups).all());
            }
        }
    }
}
