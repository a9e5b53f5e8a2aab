package io.sluice.server;

import io.sluice.server.node.ExitCode;
import io.sluice.server.settings.Setting;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the table of settings with the values in force. */
@Command(
        name = "settings",
        description = "Print settings: value in force, where it comes from, default, bounds, and what each does.",
        footer = {"", "Examples:", "  sluice settings", "  sluice settings retention", "  sluice settings --output json"
        },
        mixinStandardHelpOptions = true)
final class SettingsCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(arity = "0..1", paramLabel = "PART", description = "Only those whose names contain this.")
    private String part = "";

    @Mixin
    private OutputFormat output = new OutputFormat();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    SettingsCommand() {}

    @Override
    public Integer call() {
        Settings settings = options.load();
        PrintWriter out = spec.commandLine().getOut();
        List<Setting<?>> wanted = SluiceSettings.ALL.stream()
                .filter(setting -> setting.name().contains(part))
                .toList();
        if (wanted.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "no setting has '" + part + "' in its name; without it all are shown");
        }
        if (output.isJson()) {
            out.println(OutputFormat.document(
                    wanted.stream().map(setting -> asRow(settings, setting)).toList()));
        } else {
            wanted.forEach(setting -> printText(out, settings, setting));
        }
        out.flush();
        return ExitCode.OK.number();
    }

    private static void printText(PrintWriter out, Settings settings, Setting<?> setting) {
        out.println(setting.name() + " = " + settings.text(setting) + "   (" + settings.source(setting) + ")");
        out.println("    " + setting.sentence());
        String unit = setting.type().unit();
        out.println("    default " + (setting.defaultText().isEmpty() ? "empty" : setting.defaultText())
                + (unit.isEmpty() ? "" : " " + unit) + "; " + setting.type().bounds() + "; changes take effect "
                + switch (setting.change()) {
                    case RESTART -> "at the next start";
                    case DYNAMIC -> "at once by `sluice config`, else at the next start";
                });
    }

    private static Map<String, String> asRow(Settings settings, Setting<?> setting) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("name", setting.name());
        row.put("value", settings.text(setting));
        row.put("source", settings.source(setting));
        row.put("type", setting.type().word());
        row.put("default", setting.defaultText());
        row.put("bounds", setting.type().bounds());
        row.put("unit", setting.type().unit());
        row.put("change", setting.change().word());
        row.put("environment", setting.environmentName());
        row.put("description", setting.sentence());
        return row;
    }
}
