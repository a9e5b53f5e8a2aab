package io.sluice.testkit.apifuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;

/** Makes what a run needs and takes away what it leaves behind, with Kafka's Admin client. Owner: one thread. */
final class Housekeeping implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;
    private static final double NO_LIMIT = 1e15;
    private static final List<String> QUOTAS =
            List.of("producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate");
    private static final List<String> TOPICS = List.of("fuzz-a", "fuzz-b", "fuzz-compact", FuzzNames.LONG_TOPIC);

    private final Admin admin;

    Housekeeping(String address) {
        admin = Admin.create(HonestClients.properties(address, FuzzNames.HONEST + "-admin"));
    }

    /** What must be there before anything else; answers the id of the honest topic. */
    Uuid prepare() {
        var created = admin.createTopics(List.of(new NewTopic(FuzzNames.HONEST, HonestClients.PARTITIONS, (short) 1)));
        await(created.all());
        List<ClientQuotaAlteration> unlimited = new ArrayList<>();
        for (String user : FuzzNames.PROTECTED_USERS) {
            unlimited.add(unlimited(user, FuzzNames.CLIENT_ID));
            for (String client : List.of("producer", "classic", "consumer", "admin")) {
                unlimited.add(unlimited(user, FuzzNames.HONEST + "-" + client));
            }
        }
        await(admin.alterClientQuotas(unlimited).all());
        tidy();
        return value(created.topicId(FuzzNames.HONEST));
    }

    /** A quota of user and client comes before every other, so that no fuzzed one holds. */
    private static ClientQuotaAlteration unlimited(String user, String client) {
        return new ClientQuotaAlteration(
                new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, user, ClientQuotaEntity.CLIENT_ID, client)),
                QUOTAS.stream()
                        .map(quota -> new ClientQuotaAlteration.Op(quota, NO_LIMIT))
                        .toList());
    }

    /** Everything that is not protected goes, and the topics that most requests are about come back. */
    void tidy() {
        deleteTopics();
        deleteGroups();
        deleteUsers();
        deleteQuotas();
        await(admin.deleteAcls(List.of(AclBindingFilter.ANY)).all());
        admin.createTopics(TOPICS.stream()
                        .map(topic -> new NewTopic(topic, 4, (short) 1))
                        .toList())
                .values()
                .values()
                .forEach(Housekeeping::await);
    }

    private void deleteTopics() {
        Set<String> topics = new HashSet<>(value(admin.listTopics().names()));
        topics.removeIf(FuzzNames::isProtected);
        admin.deleteTopics(topics).topicNameValues().values().forEach(Housekeeping::await);
    }

    private void deleteGroups() {
        List<String> groups = value(admin.listGroups().all()).stream()
                .map(GroupListing::groupId)
                .filter(group -> !FuzzNames.isProtected(group))
                .toList();
        admin.deleteConsumerGroups(groups).deletedGroups().values().forEach(Housekeeping::await);
    }

    private void deleteUsers() {
        List<UserScramCredentialAlteration> deletions = new ArrayList<>();
        value(admin.describeUserScramCredentials().all())
                .forEach((user, credentials) -> credentials.credentialInfos().forEach(info -> {
                    ScramMechanism mechanism = info.mechanism();
                    if (!FuzzNames.isProtected(user)) {
                        deletions.add(new UserScramCredentialDeletion(user, mechanism));
                    }
                }));
        if (!deletions.isEmpty()) {
            await(admin.alterUserScramCredentials(deletions).all());
        }
    }

    private void deleteQuotas() {
        Map<ClientQuotaEntity, Map<String, Double>> quotas = new HashMap<>(
                value(admin.describeClientQuotas(ClientQuotaFilter.all()).entities()));
        quotas.keySet().removeIf(Housekeeping::isProtected);
        if (quotas.isEmpty()) {
            return;
        }
        await(admin.alterClientQuotas(quotas.entrySet().stream()
                        .map(entry -> new ClientQuotaAlteration(
                                entry.getKey(),
                                entry.getValue().keySet().stream()
                                        .map(key -> new ClientQuotaAlteration.Op(key, null))
                                        .toList()))
                        .toList())
                .all());
    }

    private static boolean isProtected(ClientQuotaEntity entity) {
        String client = entity.entries().get(ClientQuotaEntity.CLIENT_ID);
        String user = entity.entries().get(ClientQuotaEntity.USER);
        return client != null && user != null && FuzzNames.isProtected(client) && FuzzNames.isProtected(user);
    }

    /** The attack goes on meanwhile: what is gone already, or there again, is no failure. */
    private static void await(KafkaFuture<?> future) {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            boolean isAnswer = e.getCause() instanceof ApiException && !isFailure(e.getCause());
            if (!isAnswer) {
                throw new IllegalStateException("an honest admin call fails: " + e.getCause(), e);
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException("an honest admin call gets no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static boolean isFailure(Throwable answer) {
        return answer instanceof UnknownServerException
                || answer instanceof org.apache.kafka.common.errors.TimeoutException;
    }

    private static <T> T value(KafkaFuture<T> future) {
        await(future);
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an honest admin call fails: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
