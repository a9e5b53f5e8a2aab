package io.sluice.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a broker in the foreground until it is told to stop. */
@Command(
        name = "start",
        description = "Run a broker until SIGTERM or Ctrl-C.",
        footer = {
            "",
            "When every listener serves, the last line on stdout is: ready kafka=HOST:PORT http=HOST:PORT",
            "Logs go to stderr. Exit codes: 0 stopped, 2 usage, 3 cannot listen, 4 data directory, 5 broken."
        },
        mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    StartCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        return BrokerRun.untilStopped(options, spec.commandLine().getOut());
    }
}
