package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigEntry.Source;
import io.sluice.broker.api.ConfigService.Resource;
import io.sluice.broker.api.ConsumerGroupDescription;
import io.sluice.broker.api.ConsumerGroupDescription.Member;
import io.sluice.broker.api.GroupService.CommittedOffset;
import io.sluice.broker.api.GroupService.DescribedMember;
import io.sluice.broker.api.GroupService.GroupDescription;
import io.sluice.broker.api.GroupService.GroupListing;
import io.sluice.broker.api.GroupService.GroupState;
import io.sluice.broker.api.GroupService.TopicPartition;
import io.sluice.broker.api.QuotaEntry;
import io.sluice.broker.api.QuotaFilter;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.UserService.User;
import io.sluice.broker.security.ScramCredential;
import io.sluice.common.SimulatedClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What brokers of earlier versions decided and kept is there in this one: topics, configurations, users, rules, quotas,
 * groups. {@code -Dsluice.fixture.states=FILE} writes the current format's fixture; an existing one is never written
 * again.
 */
final class StateFormatTest {
    private static final BrokerSettings SETTINGS =
            BrokerSettings.DEFAULT.with("group.initial.rebalance.delay.ms", "0").with("sluice.authorizer", "on");

    @TempDir
    Path folder;

    @Test
    void writesTheFixtureIfAsked() throws IOException {
        String target = System.getProperty("sluice.fixture.states", "");
        if (target.isEmpty()) {
            return;
        }
        assertThat(Path.of(target)).doesNotExist();
        SimulatedClock clock = new SimulatedClock(FixtureFile.OPENED_MS);
        LocalBroker first = FixtureFile.open(folder.resolve("data"), SETTINGS, clock);
        StatesFixture.before(first);
        first.stop();
        LocalBroker second = FixtureFile.open(folder.resolve("data"), SETTINGS, clock);
        StatesFixture.after(second);
        FixtureFile.pack(folder.resolve("data"), Path.of(target));
        second.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"states-2.zip"})
    void everythingThatWasDecidedIsThere(String fixture) throws IOException {
        FixtureFile.unpack(fixture, folder);
        LocalBroker broker = FixtureFile.open(folder, SETTINGS, new SimulatedClock(FixtureFile.OPENED_MS + 1_000));
        try {
            topicsAndConfigurationsAreThere(broker);
            usersRulesAndQuotasAreThere(broker);
            groupsAreThere(broker);
            offsetsAndProducerIdsAreThere(broker);
        } finally {
            broker.stop();
        }
    }

    private static void topicsAndConfigurationsAreThere(LocalBroker broker) {
        assertThat(broker.topics().all()).singleElement().satisfies(topic -> {
            assertThat(topic.name()).isEqualTo("orders");
            assertThat(topic.partitionCount()).isEqualTo(4);
        });
        assertThat(entry(broker, StatesFixture.TOPIC, "segment.ms"))
                .extracting(ConfigEntry::value, ConfigEntry::source)
                .containsExactly("3000000", Source.TOPIC);
        assertThat(entry(broker, StatesFixture.NODE, "message.max.bytes"))
                .extracting(ConfigEntry::value, ConfigEntry::source)
                .containsExactly("2000000", Source.DYNAMIC_BROKER);
        assertThat(entry(broker, StatesFixture.GROUP, "consumer.session.timeout.ms"))
                .extracting(ConfigEntry::value, ConfigEntry::source)
                .containsExactly("60000", Source.GROUP);
        assertThat(broker.configs().describe(StatesFixture.CLUSTER).get())
                .extracting(ConfigEntry::name, ConfigEntry::value)
                .containsExactlyInAnyOrder(tuple("log.roll.ms", "7000000"), tuple("log.retention.bytes", "12345"));
    }

    private static ConfigEntry entry(LocalBroker broker, Resource resource, String name) {
        return broker.configs().describe(resource).get().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void usersRulesAndQuotasAreThere(LocalBroker broker) {
        assertThat(broker.users().all().get().values())
                .containsExactlyInAnyOrder(
                        new User(
                                "alice",
                                Map.of(ScramMechanism.SCRAM_SHA_256, 4096, ScramMechanism.SCRAM_SHA_512, 8192)),
                        new User("carol", Map.of(ScramMechanism.SCRAM_SHA_512, 4096)));
        ScramMechanism mechanism = ScramMechanism.SCRAM_SHA_512;
        byte[] salt = StatesFixture.SALT;
        byte[] salted = mechanism.salted(StatesFixture.PASSWORD.toCharArray(), salt, 8192);
        ScramCredential expected = ScramCredential.of(mechanism, 8192, salt, salted);
        assertThat(broker.security()
                        .find("alice", ScramMechanism.SCRAM_SHA_512)
                        .orElseThrow()
                        .storedKey())
                .isEqualTo(expected.storedKey());
        assertThat(broker.accessRules().find(AccessRuleFilter.EVERYTHING).get())
                .containsExactlyInAnyOrder(StatesFixture.READING, StatesFixture.NOT_WRITING, StatesFixture.ALTERING);
        assertThat(broker.quotas().describe(QuotaFilter.ALL).get())
                .containsExactlyInAnyOrder(
                        new QuotaEntry(
                                StatesFixture.ALICE,
                                Map.of(QuotaKey.PRODUCER_BYTE_RATE, 1_000.0, QuotaKey.REQUEST_PERCENTAGE, 50.5)),
                        new QuotaEntry(StatesFixture.ADDRESS, Map.of(QuotaKey.CONNECTION_CREATION_RATE, 5.0)));
    }

    private static void groupsAreThere(LocalBroker broker) {
        assertThat(broker.groups().list().join().get())
                .extracting(GroupListing::groupId)
                .containsExactlyInAnyOrder("classic", "modern", "mixed", "simple", "producers");
        GroupDescription classic = broker.groups().describe("classic").join().get();
        assertThat(classic.state()).isEqualTo(GroupState.STABLE);
        assertThat(classic.protocolName()).isEqualTo("range");
        assertThat(classic.members())
                .extracting(DescribedMember::clientId, DescribedMember::instanceId, DescribedMember::assignment)
                .containsExactlyInAnyOrder(
                        tuple("first", Optional.of("one"), GroupsOfFixture.assignment(0)),
                        tuple("second", Optional.empty(), GroupsOfFixture.assignment(1)));
        ConsumerGroupDescription modern =
                broker.groups().describeConsumerGroup("modern").join().get();
        assertThat(modern.members())
                .extracting(
                        Member::memberId, member -> member.client().instanceId(), Member::topics, Member::topicRegex)
                .containsExactlyInAnyOrder(
                        tuple("named", Optional.empty(), List.of("orders"), Optional.empty()),
                        tuple("matching", Optional.of("two"), List.of(), Optional.of("ord.*")),
                        tuple("third", Optional.empty(), List.of("orders"), Optional.empty()));
        assertThat(modern.members().stream()
                        .flatMap(member -> member.target().stream())
                        .mapToInt(topic -> topic.partitions().size())
                        .sum())
                .isEqualTo(4);
        assertThat(broker.groups().describeConsumerGroup("mixed").join().get().members())
                .extracting(member -> member.client().id(), Member::isClassic)
                .containsExactlyInAnyOrder(tuple("young", false), tuple("old", true));
    }

    private static void offsetsAndProducerIdsAreThere(LocalBroker broker) {
        assertThat(committed(broker, "classic")).isEqualTo(Map.of(StatesFixture.SECOND, StatesFixture.COMMITTED));
        assertThat(committed(broker, "simple")).isEqualTo(Map.of(StatesFixture.SECOND, StatesFixture.COMMITTED));
        CommittedOffset newest = committed(broker, "producers").get(StatesFixture.FIRST);
        assertThat(broker.producerIds().next().join().get())
                .isGreaterThan(newest == null ? Long.MAX_VALUE : newest.offset());
    }

    private static Map<TopicPartition, CommittedOffset> committed(LocalBroker broker, String group) {
        return broker.groups().committed(group, Optional.empty()).join().get();
    }
}
