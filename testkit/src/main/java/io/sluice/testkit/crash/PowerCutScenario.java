package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Power cuts: the broker's data lives on a small disk of its own; the broker is frozen, the disk's bytes are copied as
 * the device has them, the broker is killed and started again on the copy. Owner: the thread that calls {@link #run}.
 */
public final class PowerCutScenario {
    private static final long IMAGE_BYTES = 768L << 20;
    private static final int RECORDS_BEFORE_CUT = 200;
    private static final int MOMENT_LIMIT_MS = 1_500;

    private final Path folder;
    private final CrashPlan plan;
    private final Consumer<String> progress;
    private LoopImage disk;

    private PowerCutScenario(Path folder, CrashPlan plan, Consumer<String> progress) {
        this.folder = folder;
        this.plan = plan;
        this.progress = progress;
        this.disk = LoopImage.create(folder.resolve("disk-0.img"), IMAGE_BYTES);
    }

    /** Why power cuts cannot be played in {@code folder} (no root, no loop devices); empty if they can. */
    public static Optional<String> obstacle(Path folder) {
        return LoopImage.obstacle(folder);
    }

    /**
     * Plays all rounds.
     *
     * @param folder for the images, about 2 GiB
     * @param start starts a broker on a data folder
     * @param progress gets a line a round
     */
    public static CrashOutcome run(
            Path folder, CrashPlan plan, Function<Path, BrokerUnderTest> start, Consumer<String> progress) {
        PowerCutScenario scenario = new PowerCutScenario(folder, plan, progress);
        try (LoopImage.WriteBackPause pause = new LoopImage.WriteBackPause()) {
            progress.accept(pause.isPaused() ? "periodic write-back paused" : "periodic write-back cannot be paused");
            return scenario.play(start);
        } finally {
            scenario.disk.close();
        }
    }

    private CrashOutcome play(Function<Path, BrokerUnderTest> start) {
        try (BrokerUnderTest broker = start.apply(disk.mount().resolve("data"))) {
            CrashTopics.create(broker.kafkaAddress(), plan);
            if (plan.isControl()) {
                disk.writeBack(); // Only records shall be lost, not the topics before them.
            }
            return new CrashRounds(plan, round -> cut(round, broker), RECORDS_BEFORE_CUT, MOMENT_LIMIT_MS, progress)
                    .play(broker);
        }
    }

    private double cut(int round, BrokerUnderTest broker) {
        broker.sigstop();
        LoopImage copy = disk.copyTo(folder.resolve("disk-" + round + ".img"));
        broker.kill9();
        disk.close();
        disk = copy;
        Stopwatch watch = Stopwatch.started();
        broker.restartOn(disk.mount().resolve("data"));
        return watch.elapsedMs();
    }
}
