package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.Stopwatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Power cuts: the broker's data lives on a small disk of its own; the broker is frozen, the disk's bytes are copied as
 * the device has them, the broker is killed and started again on the copy. Owner: the thread that calls {@link #run}.
 */
public final class PowerCutScenario {
    private static final long IMAGE_BYTES = 768L << 20;
    private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(60);
    private static final Duration CONTROL_LIMIT = Duration.ofSeconds(20);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(90);
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
        SplittableRandom random = new SplittableRandom(plan.seed());
        try (BrokerUnderTest broker = start.apply(disk.mount().resolve("data"))) {
            CrashTopics.create(broker.kafkaAddress(), plan);
            if (plan.isControl()) {
                disk.writeBack(); // Only records shall be lost, not the topics before them.
            }
            try (CrashLoad load = new CrashLoad(broker.kafkaAddress(), plan);
                    CrashFollower follower = new CrashFollower(broker.kafkaAddress(), plan)) {
                int round = 0;
                while (round < plan.rounds() && load.awaitProgress(RECORDS_BEFORE_CUT, PROGRESS_LIMIT)) {
                    round++;
                    playRound(round, random.nextInt(MOMENT_LIMIT_MS), broker, load);
                }
                load.finish(plan.isControl() ? CONTROL_LIMIT : FINISH_LIMIT);
                follower.finish();
                return CrashScenario.outcome(broker, plan, new CrashScenario.Play(round, load, follower));
            }
        }
    }

    private void playRound(int round, int momentMs, BrokerUnderTest broker, CrashLoad load) {
        Stopwatch.sleep(Duration.ofMillis(momentMs));
        broker.sigstop();
        LoopImage copy = disk.copyTo(folder.resolve("disk-" + round + ".img"));
        broker.kill9();
        disk.close();
        disk = copy;
        Stopwatch watch = Stopwatch.started();
        broker.restartOn(disk.mount().resolve("data"));
        progress.accept(
                "round %d of %d: cut %d ms after the first acknowledgements, ready again in %.0f ms, %,d acknowledged so far"
                        .formatted(
                                round,
                                plan.rounds(),
                                momentMs,
                                watch.elapsedMs(),
                                load.history().acknowledgedCount()));
    }
}
