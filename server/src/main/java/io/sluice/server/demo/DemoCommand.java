package io.sluice.server.demo;

import io.sluice.common.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice demo}: from nothing to a live broker with one command. Works offline. */
@Command(
        name = "demo",
        description = "Run a broker here, or a cluster of several, and show a week of earthquakes flowing through it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice demo                     a temporary broker; Ctrl-C stops and removes it",
            "  sluice demo --speed 10000       the whole week in a minute",
            "  sluice demo --nodes 3           three brokers as one cluster; kill one and see nothing lost",
            "  sluice demo --data ./demo-data  kept; started again it goes on where it stopped"
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int USUAL_PORT = 9092;
    private static final int NODES_MAX = 7;
    private static final long STOP_TIMEOUT_MS = 10_000;
    private static final long CLUSTER_STOP_TIMEOUT_MS = 30_000;

    @Option(
            names = "--speed",
            paramLabel = "N",
            defaultValue = "1200",
            description = "How many times faster than the earthquakes came. Default: ${DEFAULT-VALUE}, about three a"
                    + " second.")
    private double speed;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "The broker's Kafka port on 127.0.0.1; 0 takes a free one. Default: 9092, or a free one when"
                    + " that is taken.")
    private Optional<Integer> port = Optional.empty();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many brokers, each a process of its own; they are one cluster. Default: 1; else 3 to 7.")
    private int nodeCount;

    @Option(names = "--data", paramLabel = "DIR", description = "Keep the data here. Default: a temporary directory.")
    private @Nullable Path data;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final DemoBroker.Starter starter;

    /** Made by picocli. */
    public DemoCommand() {
        this(NodeBroker::start);
    }

    DemoCommand(DemoBroker.Starter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws IOException {
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new ParameterException(spec.commandLine(), "--speed must be a number above 0");
        }
        if (nodeCount < 1 || nodeCount == 2 || nodeCount > NODES_MAX) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--nodes must be 1, or 3 to " + NODES_MAX + ": two go on only while both are up");
        }
        DemoPlan plan = plan();
        CountDownLatch ended = new CountDownLatch(1);
        try {
            run(plan, ended);
        } finally {
            if (plan.isTemporary()) {
                remove(plan.dataDirectory());
            }
            ended.countDown();
        }
        return 0;
    }

    private void run(DemoPlan plan, CountDownLatch ended) {
        PrintWriter out = spec.commandLine().getOut();
        SystemClock clock = new SystemClock();
        boolean isTerminal = isTerminal();
        QuakeView view =
                isTerminal ? new LiveTable(out, clock, System.getenv("NO_COLOR") == null) : new PlainLines(out);
        try (DemoBroker broker = plan.nodeCount() == 1
                ? starter.start(plan.dataDirectory(), plan.kafkaPort())
                : NodeProcesses.start(plan, plan.kafkaPort(), out)) {
            Demo demo = new Demo(broker, plan.speed(), clock, out, view);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("sluice-stop").unstarted(() -> stop(demo, ended)));
            new DemoGuide(plan, broker.kafkaAddress(), broker.processIds())
                    .lines()
                    .forEach(out::println);
            out.flush();
            demo.run();
            out.println();
            out.println("Stopped. "
                    + (plan.isTemporary()
                            ? plan.dataDirectory() + " is removed."
                            : "The data stays in " + plan.dataDirectory() + "; the same --data goes on from there."));
            out.flush();
        }
    }

    /** Halts at the end, because a JVM that a signal ends would answer 128 + the signal's number for an orderly stop. */
    private void stop(Demo demo, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return;
        }
        demo.stop();
        try {
            long limitMs = nodeCount == 1 ? STOP_TIMEOUT_MS : CLUSTER_STOP_TIMEOUT_MS;
            boolean inOrder = ended.await(limitMs, TimeUnit.MILLISECONDS);
            Runtime.getRuntime().halt(inOrder ? 0 : 1);
        } catch (InterruptedException nobodyDoesThis) {
            Runtime.getRuntime().halt(1);
        }
    }

    private DemoPlan plan() throws IOException {
        boolean isTemporary = data == null;
        Path directory = data == null
                ? Files.createTempDirectory("sluice-demo-")
                : data.toAbsolutePath().normalize();
        return new DemoPlan(directory, isTemporary, port.orElseGet(DemoCommand::usualOrFreePort), nodeCount, speed);
    }

    private static int usualOrFreePort() {
        try (ServerSocket probe = new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException taken) {
            return 0;
        }
    }

    /** Linux tells what stdout is; elsewhere only the JDK's answer for stdin and stdout together is at hand. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return Optional.ofNullable(System.console())
                    .map(java.io.Console::isTerminal)
                    .orElse(false);
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(DemoCommand::delete);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException undeletable) {
            throw new UncheckedIOException(undeletable);
        }
    }
}
