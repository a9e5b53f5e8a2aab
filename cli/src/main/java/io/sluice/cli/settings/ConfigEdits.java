package io.sluice.cli.settings;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.ConfigEdit;
import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Changes settings of one resource and prints what became of them.
 *
 * @param resource whose settings
 * @param edit what to change
 * @param dryRun whether the broker only checks
 */
record ConfigEdits(ConfigResource resource, ConfigEdit edit, boolean dryRun) {

    private record Edited(String type, String name, boolean dryRun, List<ConfigEdit.Change> settings) {}

    void run(Admin admin, Console console, OutputFormat output) {
        List<ConfigEdit.Change> changes = changes(admin);
        if (output.isJson()) {
            console.json(new Edited(resource.type().name().toLowerCase(Locale.ROOT), resource.name(), dryRun, changes));
            return;
        }
        console.line((dryRun ? "would alter " : "altered ") + ConfigOf.text(resource));
        console.table(ConfigEdit.table(changes));
    }

    private List<ConfigEdit.Change> changes(Admin admin) {
        try {
            return edit.apply(admin, resource, dryRun);
        } catch (UnknownTopicOrPartitionException unknown) {
            throw new CommandException(
                    "no topic " + resource.name() + "; 'sluice topic list' shows what there is", unknown);
        }
    }
}
