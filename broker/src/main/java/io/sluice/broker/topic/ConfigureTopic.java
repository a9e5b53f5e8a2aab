package io.sluice.broker.topic;

import io.sluice.broker.api.Result;
import io.sluice.broker.config.ConfigEdit;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.TopicConfigs;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ConfigEditCodec;
import io.sluice.broker.topic.MetadataEvent.TopicConfigured;
import io.sluice.common.ErrorCode;
import io.sluice.replication.Durability;
import io.sluice.replication.runtime.Decision;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Changes a topic's own configurations. Names and values are checked even if there is no such topic, as in Kafka, whose
 * clients then hear of the wrong value.
 */
final class ConfigureTopic extends MetadataCommand<MetadataState.Versioned> {
    private static final String DURABILITY = TopicConfigs.DURABILITY.name();
    private static final String IDS = TopicConfigs.REDIS_IDS.name();

    private final Wanted wanted;
    private final ConfigValues broker;

    /** What somebody wants of a topic. */
    record Wanted(String name, ConfigEdit edit, boolean validateOnly) {}

    /** The answer comes on the apply thread, or on the submitter's if the command is refused. */
    ConfigureTopic(Wanted wanted, ConfigValues broker, Consumer<Result<MetadataState.Versioned>> answer) {
        super(answer);
        this.wanted = wanted;
        this.broker = broker;
    }

    @Override
    public int kind() {
        return CommandKinds.CONFIGURE_TOPIC;
    }

    @Override
    public void write(ByteWriter out) {
        out.putText(wanted.name()).putByte(wanted.validateOnly() ? 1 : 0);
        ConfigEditCodec.write(out, wanted.edit());
    }

    /** As another node wrote it. */
    static ConfigureTopic read(ByteReader in, ConfigValues broker, Consumer<Result<MetadataState.Versioned>> answer) {
        String name = in.getText();
        boolean validateOnly = in.getByte() == 1;
        return new ConfigureTopic(new Wanted(name, ConfigEditCodec.read(in), validateOnly), broker, answer);
    }

    @Override
    MetadataState.Versioned readAnswer(ByteReader in) {
        return MetadataCodec.readVersioned(in);
    }

    @Override
    Result<MetadataState.Versioned> decide(MetadataState state, Decision decision) {
        Optional<MetadataState.Versioned> known = state.named(wanted.name());
        Map<String, String> before = known.map(each -> each.topic().configs()).orElse(Map.of());
        Result<Map<String, String>> edited = wanted.edit().apply(before, TopicConfigs.TABLE);
        if (!edited.isOk()) {
            return Result.failed(edited.error(), edited.message());
        }
        Result<ConfigValues> checked = TopicConfigs.check(edited.get(), broker);
        if (!checked.isOk()) {
            return Result.failed(checked.error(), checked.message());
        }
        return known.map(topic -> configure(state, decision, topic, checked.get()))
                .orElseGet(() -> Result.failed(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + wanted.name() + "' does not exist."));
    }

    private Result<MetadataState.Versioned> configure(
            MetadataState state, Decision decision, MetadataState.Versioned known, ConfigValues checked) {
        TopicRecord topic = known.topic();
        String durability = topic.durability().name().toLowerCase(Locale.ROOT);
        String wantedDurability = checked.explicit().getOrDefault(DURABILITY, durability);
        if (!wantedDurability.strip().equals(durability)) {
            return Result.failed(
                    ErrorCode.INVALID_CONFIG,
                    "Invalid value " + wantedDurability + " for configuration " + DURABILITY
                            + ": the topic was created with " + durability
                            + " and keeps it; create another topic and copy the records");
        }
        String ids = topic.configs().getOrDefault(IDS, TopicConfigs.REDIS_IDS.standard());
        if (!checked.explicit().getOrDefault(IDS, ids).strip().equals(ids)) {
            return Result.failed(
                    ErrorCode.INVALID_CONFIG,
                    "whether topic " + topic.name() + " is a stream (" + IDS + ") cannot change");
        }
        Map<String, String> configs = new HashMap<>(checked.explicit());
        if (topic.configs().containsKey(IDS)) {
            configs.put(IDS, ids);
        }
        if (topic.durability() != Durability.FSYNC) {
            // The weaker promise stays the topic's own whatever becomes of the broker's default.
            configs.put(DURABILITY, durability);
        }
        if (wanted.validateOnly() || configs.equals(topic.configs())) {
            return Result.of(known);
        }
        if (!state.moves().of(topic.id()).moving().isEmpty()) {
            return Result.failed(
                    ErrorCode.POLICY_VIOLATION,
                    "a partition of topic " + topic.name()
                            + " is on its way to another shard; configure the topic when it has arrived");
        }
        state.emit(decision, new TopicConfigured(topic.id(), configs));
        return Result.of(state.topic(topic.id()).orElseThrow());
    }
}
