package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerUnderTest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Power cuts: the broker's data lives on a small disk of its own, and it goes on with what the device had. Owner: the thread that
 * calls {@link #run}.
 */
public final class PowerCutScenario {
    private static final int RECORDS_BEFORE_CUT = 200;
    private static final int MOMENT_LIMIT_MS = 1_500;

    private final CrashPlan plan;
    private final Consumer<String> progress;
    private final CutDisk disk;

    private PowerCutScenario(CutDisk disk, CrashPlan plan, Consumer<String> progress) {
        this.disk = disk;
        this.plan = plan;
        this.progress = progress;
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
        try (CutDisk disk = new CutDisk(folder);
                LoopImage.WriteBackPause pause = new LoopImage.WriteBackPause()) {
            progress.accept(pause.isPaused() ? "periodic write-back paused" : "periodic write-back cannot be paused");
            return new PowerCutScenario(disk, plan, progress).play(start);
        }
    }

    private CrashOutcome play(Function<Path, BrokerUnderTest> start) {
        try (BrokerUnderTest broker = start.apply(disk.mount())) {
            CrashTopics.create(broker.kafkaAddress(), plan);
            if (plan.isControl()) {
                disk.writeBack(); // Only records shall be lost, not the topics before them.
            }
            return new CrashRounds(
                            plan, round -> disk.cut(round, broker), RECORDS_BEFORE_CUT, MOMENT_LIMIT_MS, progress)
                    .play(broker.kafkaAddress());
        }
    }
}
