package io.sluice.server;

import io.sluice.server.control.LoggersAction;
import io.sluice.server.node.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
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

/** Shows and changes levels of the log of a running broker. */
@Command(
        name = "loggers",
        description = "Show the loggers of the broker that runs on a data directory, and change their levels at once.",
        footer = {
            "",
            "Levels last until the broker stops; log.level and log.levels are what it starts with. Examples:",
            "  sluice loggers",
            "  sluice loggers io.sluice.broker.group=DEBUG",
            "  sluice loggers io.sluice.broker.group=      back to the level of the logger above"
        },
        mixinStandardHelpOptions = true)
final class LoggersCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Parameters(paramLabel = "LOGGER=LEVEL", description = "TRACE, DEBUG, INFO, WARN, ERROR, or nothing.")
    private List<String> changes = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    LoggersCommand() {}

    @Override
    public Integer call() {
        Map<String, String> levels = new LinkedHashMap<>();
        for (String change : changes) {
            int equals = change.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(spec.commandLine(), "wants LOGGER=LEVEL, not " + change);
            }
            levels.put(change.substring(0, equals), change.substring(equals + 1));
        }
        PrintWriter out = spec.commandLine().getOut();
        options.runningBroker().ask(LoggersAction.PATH, levels, out::println);
        out.flush();
        return ExitCode.OK.number();
    }
}
