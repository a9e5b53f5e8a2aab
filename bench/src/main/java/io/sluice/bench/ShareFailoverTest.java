package io.sluice.bench;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.delivery.RejectedRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Kills the leader of a share group's partition again and again, on three nodes, while a member rejects every other record:
 * each of these must have one dead letter in the end. Exits 1 if not.
 */
@Command(
        name = "share-failover",
        description = "A share group whose leaders are killed: dead letters are counted.",
        mixinStandardHelpOptions = true)
public final class ShareFailoverTest implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int PARTITIONS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Option(names = "--kills", defaultValue = "10", description = "Leaders killed (default 10).")
    private int kills;

    @Option(names = "--records", defaultValue = "40000", description = "Records consumed meanwhile (default 40000).")
    private int records;

    /** Made by {@link #main}. */
    ShareFailoverTest() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ShareFailoverTest()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Path place = Files.createTempDirectory("sluice-share-failover");
        try (ClusterProcesses cluster = ClusterProcesses.start(BrokerCommand.ofBuild(), place, NODES)) {
            cluster.createTopics(List.of("spread"), PARTITIONS);
            RejectedRecords work = new RejectedRecords(cluster.addresses(), PARTITIONS, records, LIMIT);
            work.start();
            for (int kill = 1; kill <= kills; kill++) {
                work.awaitConfirmed((int) ((long) records * kill / (kills + 1)));
                killLeader(cluster, work, kill);
            }
            Optional<String> problem = work.finish();
            System.out.println(problem.map(text -> "FAILED: " + text)
                    .orElse(kills + " leaders killed, " + records / 2 + " dead letters, each once"));
            return problem.isEmpty() ? 0 : 1;
        } finally {
            OsProcess.run(Duration.ofMinutes(2), "rm", "-rf", place.toString());
        }
    }

    private static void killLeader(ClusterProcesses cluster, RejectedRecords work, int kill) {
        int partition = kill % PARTITIONS;
        Optional<Integer> leader = cluster.leader(work.topic(), partition);
        leader.ifPresent(id -> {
            BrokerProcess node = cluster.node(id);
            node.kill9();
            node.restart();
        });
        System.out.println("kill " + kill + ": "
                + leader.map(id -> "node " + id + ", leader of partition " + partition)
                        .orElse("nobody led partition " + partition));
    }
}
