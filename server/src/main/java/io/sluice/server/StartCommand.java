package io.sluice.server;

import io.sluice.server.logging.ProcessLog;
import io.sluice.server.node.BrokerNode;
import io.sluice.server.node.ExitCode;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs a broker in the foreground until it is told to stop. */
@Command(
        name = "start",
        description = "Runs a broker until SIGTERM or Ctrl-C.",
        footer = {
            "",
            "When every listener serves, the last line on stdout is: ready kafka=HOST:PORT http=HOST:PORT",
            "Logs go to stderr. Exit codes: 0 stopped, 2 usage, 3 cannot listen, 4 data directory, 5 broken."
        },
        mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1 << 20;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by picocli. */
    StartCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = options.load();
        ProcessLog.setFormat(settings.get(SluiceSettings.LOG_FORMAT));
        ProcessLog.setLevel(settings.get(SluiceSettings.LOG_LEVEL));
        ProcessLog.setLevels(settings.get(SluiceSettings.LOG_LEVELS));
        BrokerNode node = BrokerNode.start(settings);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("sluice-stop").unstarted(() -> stop(node)));
        announce(settings, node);
        new CountDownLatch(1).await();
        return ExitCode.OK.number();
    }

    /** Halts, because a JVM that ends by a signal would answer 128 + the signal's number for an orderly stop. */
    private static void stop(BrokerNode node) {
        node.close();
        Runtime.getRuntime().halt(ExitCode.OK.number());
    }

    private void announce(Settings settings, BrokerNode node) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Sluice " + Version.current() + ", data in "
                + settings.get(SluiceSettings.DATA_DIR).toAbsolutePath().normalize() + ", heap "
                + Runtime.getRuntime().maxMemory() / MEBIBYTE + " MiB");
        StringBuilder ready = new StringBuilder("ready");
        node.kafkaAddress().ifPresent(address -> ready.append(" kafka=").append(address));
        node.httpAddress().ifPresent(address -> ready.append(" http=").append(address));
        out.println(ready);
        out.flush();
    }
}
