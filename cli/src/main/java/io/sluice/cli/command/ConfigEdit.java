package io.sluice.cli.command;

import io.sluice.cli.text.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/**
 * Settings to set and settings to take back, for one resource; all or nothing.
 *
 * @param set new values by name
 * @param unset names that get their default back
 */
public record ConfigEdit(Map<String, String> set, Collection<String> unset) {

    /**
     * What became of one setting.
     *
     * @param setting its name
     * @param before its value until now; null when it had none or it is secret
     * @param after its value from now on; null likewise
     */
    public record Change(
            String setting,
            @Nullable String before,
            @Nullable String after) {}

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return set.isEmpty() && unset.isEmpty();
    }

    /** A name that is to be set and unset at once, if there is one. */
    public List<String> contradictions() {
        return unset.stream().filter(set::containsKey).toList();
    }

    /**
     * Changes {@code resource} and tells what became of each setting; with {@code dryRun} the broker only checks, and the
     * values after are those asked for.
     */
    public List<Change> apply(Admin admin, ConfigResource resource, boolean dryRun) {
        Map<String, ConfigEntry> before = entries(admin, resource);
        List<AlterConfigOp> operations = new ArrayList<>();
        set.forEach((name, value) ->
                operations.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
        unset.forEach(
                name -> operations.add(new AlterConfigOp(new ConfigEntry(name, null), AlterConfigOp.OpType.DELETE)));
        BrokerCommand.await(admin.incrementalAlterConfigs(
                        Map.of(resource, operations), new AlterConfigsOptions().validateOnly(dryRun))
                .all());
        Map<String, ConfigEntry> after = dryRun ? before : entries(admin, resource);
        TreeSet<String> names = new TreeSet<>(set.keySet());
        names.addAll(unset);
        return names.stream()
                .map(name -> new Change(name, value(before.get(name)), after(name, dryRun, after)))
                .toList();
    }

    /** A table of the changes. */
    public static Table table(List<Change> changes) {
        Table table = new Table().text("SETTING").text("BEFORE").text("AFTER");
        changes.forEach(change -> table.row(change.setting(), shown(change.before()), shown(change.after())));
        return table;
    }

    private @Nullable String after(String name, boolean dryRun, Map<String, ConfigEntry> after) {
        if (dryRun || !after.containsKey(name)) {
            return set.get(name);
        }
        return value(after.get(name));
    }

    private static Map<String, ConfigEntry> entries(Admin admin, ConfigResource resource) {
        Map<ConfigResource, Config> found =
                BrokerCommand.await(admin.describeConfigs(List.of(resource)).all());
        return found.values().stream()
                .flatMap(config -> config.entries().stream())
                .collect(Collectors.toMap(ConfigEntry::name, Function.identity(), (first, same) -> first));
    }

    private static @Nullable String value(@Nullable ConfigEntry entry) {
        return entry == null || entry.isSensitive() ? null : entry.value();
    }

    private static String shown(@Nullable String value) {
        return value == null ? "-" : value;
    }
}
