package io.sluice.broker.security;

import io.sluice.broker.access.AccessControl;
import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRuleFilter;
import io.sluice.broker.api.AccessRuleService;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.api.UserService;
import io.sluice.broker.forward.CommandKinds;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.broker.forward.Forwarding;
import io.sluice.common.ErrorCode;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import io.sluice.replication.runtime.CommandRunner;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Users and rules of one node. Any thread; answers come on shard 0's apply thread. */
public final class LocalSecurity implements AccessRuleService, UserService, Credentials, MetricSource {
    private static final int TEXT_CHARACTERS_MAX = 1_000;

    private final SecurityState state;
    private final AccessControl access;
    private final CommandRunner runner;
    private volatile SecurityImage image = SecurityImage.EMPTY;
    private volatile Map<ScramMechanism, List<ScramCredential>> credentials = Map.of();

    /** {@code runner} is the shard of the state; it may come into being later than this. */
    public LocalSecurity(SecurityState state, AccessControl access, CommandRunner runner) {
        this.state = state;
        this.access = access;
        this.runner = runner;
        state.whenPublished(this::published);
    }

    /** From now on takes what other nodes send for {@code shard}, this node's shard 0. */
    public static void accept(Forwarding forwarding, SecurityState state, CommandRunner shard) {
        forwarding.accept(
                CommandKinds.ADD_RULES,
                (in, outcome) -> shard.submit(
                        state, AddRules.read(in, ForwardedResult.telling(outcome, AddRules::writeResults))));
        forwarding.accept(
                CommandKinds.REMOVE_RULES,
                (in, outcome) -> shard.submit(
                        state, RemoveRules.read(in, ForwardedResult.telling(outcome, RemoveRules::writeResults))));
        forwarding.accept(
                CommandKinds.CHANGE_USERS,
                (in, outcome) -> shard.submit(
                        state, ChangeUsers.read(in, ForwardedResult.telling(outcome, ChangeUsers::writeErrors))));
    }

    private void published(SecurityImage newImage) {
        if (!newImage.rules().equals(image.rules())) {
            access.enforce(newImage.rules());
        }
        image = newImage;
        credentials = byMechanism(newImage);
    }

    private static Map<ScramMechanism, List<ScramCredential>> byMechanism(SecurityImage image) {
        Map<ScramMechanism, List<ScramCredential>> all = new EnumMap<>(ScramMechanism.class);
        for (ScramMechanism mechanism : ScramMechanism.values()) {
            List<ScramCredential> found = image.users().values().stream()
                    .flatMap(ofUser -> Optional.ofNullable(ofUser.get(mechanism)).stream())
                    .sorted(Comparator.comparingInt(ScramCredential::iterations))
                    .toList();
            all.put(mechanism, found);
        }
        return all;
    }

    @Override
    public Result<List<AccessRule>> find(AccessRuleFilter filter) {
        return access.isOn()
                ? Result.of(image.rules().stream().filter(filter::matches).toList())
                : disabled();
    }

    @Override
    public CompletableFuture<Result<List<Result<AccessRule>>>> add(List<AccessRule> added) {
        if (!access.isOn()) {
            return CompletableFuture.completedFuture(disabled());
        }
        CompletableFuture<Result<List<Result<AccessRule>>>> answer = new CompletableFuture<>();
        runner.submit(
                state, new AddRules(added.stream().map(LocalSecurity::check).toList(), answer::complete));
        return answer.thenApply(ForwardedResult::told);
    }

    @Override
    public CompletableFuture<Result<List<List<AccessRule>>>> remove(List<AccessRuleFilter> filters) {
        if (!access.isOn()) {
            return CompletableFuture.completedFuture(disabled());
        }
        CompletableFuture<Result<List<List<AccessRule>>>> answer = new CompletableFuture<>();
        runner.submit(state, new RemoveRules(List.copyOf(filters), answer::complete));
        return answer.thenApply(ForwardedResult::told);
    }

    private static <T> Result<T> disabled() {
        return Result.failed(ErrorCode.SECURITY_DISABLED, "No Authorizer is configured.");
    }

    private static Result<AccessRule> check(AccessRule rule) {
        if (rule.type() == ResourceType.CLUSTER && !rule.resource().equals(ResourceType.CLUSTER_NAME)) {
            return invalid("The only valid name for the CLUSTER resource is " + ResourceType.CLUSTER_NAME);
        }
        if (rule.resource().isEmpty()) {
            return invalid("Invalid empty resource name");
        }
        boolean isShort = rule.resource().length() <= TEXT_CHARACTERS_MAX
                && rule.principal().toString().length() <= TEXT_CHARACTERS_MAX
                && rule.host().length() <= TEXT_CHARACTERS_MAX;
        return isShort
                ? Result.of(rule)
                : invalid("names in rules have " + TEXT_CHARACTERS_MAX + " characters at most");
    }

    private static Result<AccessRule> invalid(String message) {
        return Result.failed(ErrorCode.INVALID_REQUEST, message);
    }

    @Override
    public Result<Map<String, User>> all() {
        Map<String, User> users = new TreeMap<>();
        image.users().forEach((name, credentials) -> {
            Map<ScramMechanism, Integer> iterations = new EnumMap<>(ScramMechanism.class);
            credentials.forEach((mechanism, credential) -> iterations.put(mechanism, credential.iterations()));
            users.put(name, new User(name, iterations));
        });
        return Result.of(users);
    }

    @Override
    public CompletableFuture<Result<List<ErrorCode>>> change(List<UserChange> changes) {
        return change(changes, false);
    }

    /** Sets what is not there yet and leaves the rest as it is. */
    public CompletableFuture<Result<List<ErrorCode>>> addMissing(List<UserChange> changes) {
        return change(changes, true);
    }

    private CompletableFuture<Result<List<ErrorCode>>> change(List<UserChange> changes, boolean isOnlyIfMissing) {
        CompletableFuture<Result<List<ErrorCode>>> answer = new CompletableFuture<>();
        runner.submit(state, ChangeUsers.of(List.copyOf(changes), isOnlyIfMissing, answer::complete));
        return answer.thenApply(ForwardedResult::told);
    }

    @Override
    public Optional<ScramCredential> find(String user, ScramMechanism mechanism) {
        return Optional.ofNullable(image.users().get(user)).map(credentials -> credentials.get(mechanism));
    }

    @Override
    public List<ScramCredential> ofMechanism(ScramMechanism mechanism) {
        return credentials.getOrDefault(mechanism, List.of());
    }

    @Override
    public void collect(Consumer<Metric> consumer) {
        SecurityImage now = image;
        consumer.accept(Metric.gauge(
                "sluice_users", "Users with a password.", now.users().size()));
        consumer.accept(
                Metric.gauge("sluice_access_rules", "Access rules.", now.rules().size()));
        access.collect(consumer);
    }
}
