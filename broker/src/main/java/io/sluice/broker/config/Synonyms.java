package io.sluice.broker.config;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigEntry.Source;
import io.sluice.broker.api.ConfigEntry.Synonym;
import java.util.ArrayList;
import java.util.List;

/** Where the value of a configuration comes from, and what would apply without it, as DescribeConfigs tells (KIP-226). */
final class Synonyms {
    private Synonyms() {}

    static ConfigEntry ofTopic(ConfigKey<?> key, ConfigValues topic, BrokerLayers broker) {
        return entry(key, all(key, topic, Source.TOPIC, broker));
    }

    static ConfigEntry ofGroup(ConfigKey<?> key, ConfigValues group, BrokerLayers broker) {
        return entry(key, all(key, group, Source.GROUP, broker));
    }

    static ConfigEntry ofBroker(ConfigKey<?> key, BrokerLayers broker) {
        return entry(key, all(key, ConfigValues.NONE, Source.DEFAULT, broker));
    }

    private static List<Synonym> all(ConfigKey<?> key, ConfigValues own, Source ownSource, BrokerLayers broker) {
        ConfigKey<?> brokerKey = key.synonym().isPresent() ? key.synonym().get() : key;
        List<Synonym> synonyms = new ArrayList<>(5);
        addIfSet(synonyms, key, own, ownSource);
        addIfSet(synonyms, brokerKey, broker.node(), Source.DYNAMIC_BROKER);
        addIfSet(synonyms, brokerKey, broker.cluster(), Source.DYNAMIC_DEFAULT_BROKER);
        addIfSet(synonyms, brokerKey, broker.fixed(), Source.STATIC_BROKER);
        synonyms.add(new Synonym(brokerKey.name(), key.standardText(), Source.DEFAULT));
        return synonyms;
    }

    private static void addIfSet(List<Synonym> synonyms, ConfigKey<?> key, ConfigValues values, Source source) {
        if (values.explicit().containsKey(key.name())) {
            synonyms.add(new Synonym(key.name(), values.get(key).toString(), source));
        }
    }

    private static ConfigEntry entry(ConfigKey<?> key, List<Synonym> synonyms) {
        Synonym effective = synonyms.getFirst();
        return new ConfigEntry(
                key.name(),
                effective.value(),
                key.type().entryType(),
                effective.source(),
                key.isReadOnly(),
                synonyms,
                key.documentation());
    }
}
