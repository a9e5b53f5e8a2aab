package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.cluster.ClusterProcesses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The power of all nodes of a cluster is cut at once: each has a small disk of its own; all are frozen, what the devices have
 * is copied, all are killed and started again on the copies. Owner: the thread that calls {@link #run}.
 */
public final class ClusterPowerCuts {
    private static final int NODES = 3;
    private static final long IMAGE_BYTES = 1_536L << 20;
    private static final int RECORDS_BEFORE_CUT = 200;
    private static final int MOMENT_LIMIT_MS = 1_500;

    private final Path folder;
    private final CrashPlan plan;
    private final Consumer<String> progress;
    private List<LoopImage> disks = new ArrayList<>();

    private ClusterPowerCuts(Path folder, CrashPlan plan, Consumer<String> progress) {
        this.folder = folder;
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Plays all rounds.
     *
     * @param folder for the images, about 9 GiB
     * @param progress gets a line a round
     */
    public static CrashOutcome run(Path folder, CrashPlan plan, BrokerCommand command, Consumer<String> progress) {
        ClusterPowerCuts cuts = new ClusterPowerCuts(folder, plan, progress);
        try (LoopImage.WriteBackPause pause = new LoopImage.WriteBackPause()) {
            progress.accept(pause.isPaused() ? "periodic write-back paused" : "periodic write-back cannot be paused");
            return cuts.play(command);
        } finally {
            cuts.disks.forEach(LoopImage::close);
        }
    }

    private CrashOutcome play(BrokerCommand command) {
        for (int id = 1; id <= NODES; id++) {
            LoopImage disk = LoopImage.create(image(id, 0), IMAGE_BYTES);
            disks.add(disk);
            disk.mount();
        }
        try (ClusterProcesses cluster = ClusterProcesses.start(command, folder, this::data, NODES)) {
            cluster.createTopics(plan.topicNames(), plan.partitions());
            return new CrashRounds(plan, round -> cut(round, cluster), RECORDS_BEFORE_CUT, MOMENT_LIMIT_MS, progress)
                    .play(cluster.addresses());
        }
    }

    private Path image(int id, int round) {
        return folder.resolve("disk-" + id + "-" + round + ".img");
    }

    private Path data(int id) {
        return disks.get(id - 1).mountPoint().resolve("data");
    }

    private double cut(int round, ClusterProcesses cluster) {
        cluster.nodes().forEach(BrokerProcess::sigstop);
        List<LoopImage> copies = new ArrayList<>();
        for (int id = 1; id <= NODES; id++) {
            copies.add(disks.get(id - 1).copyTo(image(id, round)));
        }
        cluster.nodes().forEach(BrokerProcess::kill9);
        disks.forEach(LoopImage::close);
        disks = copies;
        Stopwatch watch = Stopwatch.started();
        for (int id = 1; id <= NODES; id++) {
            disks.get(id - 1).mount();
            cluster.node(id).relaunchOn(data(id));
        }
        cluster.nodes().forEach(BrokerProcess::awaitReady);
        return watch.elapsedMs();
    }
}
