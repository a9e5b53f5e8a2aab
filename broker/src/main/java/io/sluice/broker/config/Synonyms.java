package io.sluice.broker.config;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigEntry.Source;
import io.sluice.broker.api.ConfigEntry.Synonym;
import java.util.ArrayList;
import java.util.List;

/** Where the value of a configuration comes from, and what would apply without it, as DescribeConfigs tells (KIP-226). */
final class Synonyms {
    private Synonyms() {}

    /** For a broker's configuration {@code topic} is empty. */
    static ConfigEntry entry(ConfigKey<?> key, ConfigValues topic, ConfigValues broker) {
        List<Synonym> synonyms = new ArrayList<>(3);
        if (topic.explicit().containsKey(key.name())) {
            synonyms.add(new Synonym(key.name(), topic.get(key).toString(), Source.TOPIC));
        }
        ConfigKey<?> brokerKey = key.synonym().isPresent() ? key.synonym().get() : key;
        if (broker.explicit().containsKey(brokerKey.name())) {
            synonyms.add(new Synonym(brokerKey.name(), broker.get(brokerKey).toString(), Source.STATIC_BROKER));
        }
        synonyms.add(new Synonym(brokerKey.name(), key.standardText(), Source.DEFAULT));
        Synonym effective = synonyms.getFirst();
        return new ConfigEntry(
                key.name(),
                effective.value(),
                key.type().entryType(),
                effective.source(),
                true,
                synonyms,
                key.documentation());
    }
}
