package io.sluice.server;

import io.sluice.server.logging.ProcessLog;
import io.sluice.server.node.BrokerNode;
import io.sluice.server.node.ExitCode;
import io.sluice.server.settings.Settings;
import io.sluice.server.settings.SluiceSettings;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/** A broker that runs until its process is told to stop. */
final class BrokerRun {
    private static final long MEBIBYTE = 1 << 20;

    private BrokerRun() {}

    /**
     * Starts, announces on {@code out} and returns when the cluster has removed this node; a signal halts the process with
     * OK.
     */
    static int untilStopped(SettingsOptions options, PrintWriter out) throws InterruptedException {
        Settings settings = options.load();
        ProcessLog.setFormat(settings.get(SluiceSettings.LOG_FORMAT));
        ProcessLog.setLevel(settings.get(SluiceSettings.LOG_LEVEL));
        ProcessLog.setLevels(settings.get(SluiceSettings.LOG_LEVELS));
        BrokerNode node = BrokerNode.start(settings);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("sluice-stop").unstarted(() -> stop(node)));
        announce(settings, node, out);
        CountDownLatch removed = new CountDownLatch(1);
        node.whenRemoved(removed::countDown);
        removed.await();
        out.println("stops, because the cluster has removed this node; it joins anew with an empty data directory");
        out.flush();
        return ExitCode.OK.number();
    }

    /** Halts, because a JVM that ends by a signal would answer 128 + the signal's number for an orderly stop. */
    private static void stop(BrokerNode node) {
        node.close();
        Runtime.getRuntime().halt(ExitCode.OK.number());
    }

    private static void announce(Settings settings, BrokerNode node, PrintWriter out) {
        out.println("Sluice " + BrokerNode.version() + ", process "
                + ProcessHandle.current().pid() + ", data in "
                + settings.get(SluiceSettings.DATA_DIR).toAbsolutePath().normalize() + ", heap "
                + Runtime.getRuntime().maxMemory() / MEBIBYTE + " MiB");
        StringBuilder ready = new StringBuilder("ready");
        node.kafkaAddress().ifPresent(address -> ready.append(" kafka=").append(address));
        node.redisAddress().ifPresent(address -> ready.append(" redis=").append(address));
        node.redisTlsAddress().ifPresent(address -> ready.append(" redis-tls=").append(address));
        node.httpAddress().ifPresent(address -> ready.append(" http=").append(address));
        node.clusterAddress().ifPresent(address -> ready.append(" cluster=").append(address));
        out.println(ready);
        out.flush();
    }
}
