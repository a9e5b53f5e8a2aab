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
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Prints the table of settings with the values in force. */
@Command(
        name = "settings",
        description = "Prints every setting: value in force, where it comes from, default, bounds, and what it does.",
        mixinStandardHelpOptions = true)
final class SettingsCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--output", paramLabel = "FORMAT", description = "text (default) or json.")
    private Output output = Output.text;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    SettingsCommand() {}

    /** How the table is printed; the constants are what a user types. */
    enum Output {
        text,
        json
    }

    @Override
    public Integer call() {
        Settings settings = options.load();
        PrintWriter out = spec.commandLine().getOut();
        switch (output) {
            case text -> SluiceSettings.ALL.forEach(setting -> printText(out, settings, setting));
            case json -> out.println(asJson(settings));
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

    private static String asJson(Settings settings) {
        List<Map<String, String>> rows = SluiceSettings.ALL.stream()
                .map(setting -> asRow(settings, setting))
                .toList();
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(rows);
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
