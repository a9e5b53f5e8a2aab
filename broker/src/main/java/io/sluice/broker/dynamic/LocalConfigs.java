package io.sluice.broker.dynamic;

import io.sluice.broker.api.ConfigEntry;
import io.sluice.broker.api.ConfigService;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.config.BrokerConfigs;
import io.sluice.broker.config.ConfigEdit;
import io.sluice.broker.config.ConfigTable;
import io.sluice.broker.config.ConfigValues;
import io.sluice.broker.config.GroupConfigs;
import io.sluice.broker.config.LiveConfigs;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.forward.Forwarding;
import io.sluice.broker.topic.LocalTopics;
import io.sluice.common.ErrorCode;
import io.sluice.replication.runtime.CommandRunner;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Configurations of topics, this broker and groups. What commits is live before it is answered. Any thread. */
public final class LocalConfigs implements ConfigService {
    private static final Logger LOG = LoggerFactory.getLogger(LocalConfigs.class);
    private static final Resource ALL_BROKERS = new Resource(Kind.BROKER, "");

    private final ConfigsState state;
    private final CommandRunner runner;
    private final LiveConfigs live;
    private final LocalTopics topics;
    private final Resource self;
    private final int nodeId;
    private Map<Resource, Map<String, String>> known = Map.of();

    /** Changes nothing in {@code live} before {@link #start}. */
    public LocalConfigs(ConfigsState state, CommandRunner runner, LiveConfigs live, LocalTopics topics, int nodeId) {
        this.state = state;
        this.runner = runner;
        this.live = live;
        this.topics = topics;
        this.nodeId = nodeId;
        this.self = new Resource(Kind.BROKER, Integer.toString(nodeId));
    }

    /** Brings to life what was set in earlier runs; complete when it is. */
    public CompletableFuture<ErrorCode> start() {
        CompletableFuture<ErrorCode> started = new CompletableFuture<>();
        runner.submit(state, new ReadConfigs(() -> {
            refreshAll();
            state.whenCommitted(this::refreshAll);
            started.complete(ErrorCode.NONE);
        }));
        return started;
    }

    /** On the apply thread, when all that the state shows is committed; nothing is told of what is as it was. */
    private void refreshAll() {
        Map<Resource, Map<String, String>> now = new HashMap<>();
        state.resources().forEach(resource -> now.put(resource, state.of(resource)));
        Set<Resource> changed = new HashSet<>();
        now.forEach((resource, values) -> {
            if (!values.equals(known.get(resource))) {
                changed.add(resource);
            }
        });
        known.keySet().stream().filter(resource -> !now.containsKey(resource)).forEach(changed::add);
        known = now;
        changed.forEach(this::refresh);
    }

    private void refresh(Resource resource) {
        if (resource.kind() == Kind.GROUP) {
            live.become(resource.name(), usable(resource, GroupConfigs.TABLE));
        } else {
            live.become(usable(self, BrokerConfigs.TABLE), usable(ALL_BROKERS, BrokerConfigs.TABLE));
        }
    }

    /** Without what another version set and this one does not take. */
    private ConfigValues usable(Resource resource, ConfigTable table) {
        Map<String, String> usable = new HashMap<>();
        state.of(resource).forEach((name, value) -> {
            if (table.check(Map.of(name, value)).isOk()) {
                usable.put(name, value);
            } else {
                LOG.warn(
                        "configuration {}={} of {} is not known to this version and without effect",
                        name,
                        value,
                        resource);
            }
        });
        return new ConfigValues(usable);
    }

    @Override
    public Result<Collection<ConfigEntry>> describe(Resource resource) {
        return switch (resource.kind()) {
            case TOPIC -> describeTopic(resource.name());
            case BROKER -> describeBroker(resource);
            case GROUP ->
                resource.name().isEmpty()
                        ? Result.failed(ErrorCode.INVALID_REQUEST, "Group name must not be empty")
                        : Result.of(GroupConfigs.describe(live.group(resource.name()), live.layers()));
        };
    }

    private Result<Collection<ConfigEntry>> describeTopic(String name) {
        Optional<String> invalid = topics.whyInvalidName(name);
        if (invalid.isPresent()) {
            return Result.failed(ErrorCode.INVALID_TOPIC_EXCEPTION, invalid.get());
        }
        Optional<Topic> topic = topics.find(name);
        return topic.isPresent()
                ? Result.of(topics.describeConfigs(topic.get()))
                : Result.failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private Result<Collection<ConfigEntry>> describeBroker(Resource broker) {
        Optional<String> elsewhere = BrokerChange.whyNotHere(broker, nodeId);
        if (elsewhere.isPresent()) {
            return Result.failed(ErrorCode.INVALID_REQUEST, elsewhere.get());
        }
        return Result.of(
                broker.name().isEmpty()
                        ? BrokerConfigs.describeClusterDefault(live.layers())
                        : BrokerConfigs.describe(live.layers()));
    }

    @Override
    public CompletableFuture<Result<Resource>> alter(Resource resource, List<Change> changes, boolean validateOnly) {
        return edit(resource, new ConfigEdit.Changes(changes), validateOnly);
    }

    @Override
    public CompletableFuture<Result<Resource>> replace(
            Resource resource, Map<String, String> configs, boolean validateOnly) {
        return edit(resource, new ConfigEdit.Replacement(configs), validateOnly);
    }

    private CompletableFuture<Result<Resource>> edit(Resource resource, ConfigEdit edit, boolean validateOnly) {
        return switch (resource.kind()) {
            case TOPIC -> editTopic(resource, edit, validateOnly);
            case BROKER -> {
                Optional<String> elsewhere = BrokerChange.whyNotHere(resource, nodeId);
                yield elsewhere.isPresent()
                        ? refused(elsewhere.get())
                        : submit(new AlterConfigs.Wanted(resource, edit, validateOnly));
            }
            case GROUP ->
                resource.name().isEmpty()
                        ? refused("Default group resources are not allowed.")
                        : submit(new AlterConfigs.Wanted(resource, edit, validateOnly));
        };
    }

    private CompletableFuture<Result<Resource>> editTopic(Resource resource, ConfigEdit edit, boolean validateOnly) {
        if (resource.name().isEmpty()) {
            return refused("Default topic resources are not allowed.");
        }
        return topics.configure(resource.name(), edit, validateOnly)
                .thenApply(configured -> configured.isOk()
                        ? Result.of(resource)
                        : Result.failed(configured.error(), configured.message()));
    }

    private static AlterConfigs.Rules rules(Kind kind, LiveConfigs live) {
        return kind == Kind.BROKER
                ? new AlterConfigs.Rules(BrokerConfigs.TABLE, explicit -> BrokerChange.check(explicit))
                : new AlterConfigs.Rules(GroupConfigs.TABLE, explicit -> GroupConfigs.check(explicit, live.values()));
    }

    /** From now on takes what other nodes send for {@code shard}, this node's shard 0. */
    public static void accept(Forwarding forwarding, ConfigsState state, CommandRunner shard, LiveConfigs live) {
        forwarding.accept(CommandKinds.ALTER_CONFIGS, (in, outcome) -> {
            AlterConfigs.Wanted wanted = AlterConfigs.read(in);
            shard.submit(
                    state,
                    new AlterConfigs(
                            wanted,
                            rules(wanted.resource().kind(), live),
                            ForwardedResult.telling(outcome, (out, resource) -> {})));
        });
    }

    private CompletableFuture<Result<Resource>> submit(AlterConfigs.Wanted wanted) {
        CompletableFuture<Result<Resource>> answer = new CompletableFuture<>();
        runner.submit(state, new AlterConfigs(wanted, rules(wanted.resource().kind(), live), altered -> {
            answer.complete(ForwardedResult.told(altered));
        }));
        return answer;
    }

    private static CompletableFuture<Result<Resource>> refused(String reason) {
        return CompletableFuture.completedFuture(Result.failed(ErrorCode.INVALID_REQUEST, reason));
    }

    @Override
    public Result<Collection<String>> names(Kind kind) {
        return Result.of(
                switch (kind) {
                    case TOPIC -> topics.all().stream().map(Topic::name).toList();
                    case BROKER -> List.of(self.name());
                    case GROUP -> live.groups();
                });
    }
}
