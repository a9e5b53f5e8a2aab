package io.sluice.testkit.redis;

import io.sluice.testkit.RespConnection;
import io.sluice.testkit.Stopwatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The same random commands to the broker and to a redis-server, replies compared one by one, then everything the streams hold.
 * Owner: one thread.
 */
public final class Differential {
    private static final int COMMANDS_A_SEQUENCE = 80;
    private static final int BLOCK_ENTRIES = 10;

    private final RespConnection ours;
    private final RespConnection theirs;

    private Differential(RespConnection ours, RespConnection theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    /**
     * How it went.
     *
     * @param sequences how many were played
     * @param commands how many were compared
     * @param differences how often each known difference was met
     * @param complaint the first difference that nothing explains, with the commands before it
     */
    public record Outcome(
            long sequences, long commands, Map<String, Integer> differences, Optional<String> complaint) {}

    /** Plays sequences of the seed and those after it, at least one, until the time is over or something differs. */
    public static Outcome run(String ourAddress, String theirAddress, long seed, Duration duration) {
        try (RespConnection ours = RespConnection.open(ourAddress);
                RespConnection theirs = RespConnection.open(theirAddress)) {
            return new Differential(ours, theirs).play(seed, duration);
        }
    }

    private Outcome play(long seed, Duration duration) {
        for (RespConnection each : List.of(ours, theirs)) {
            each.call("CONFIG", "SET", "stream-node-max-entries", Integer.toString(BLOCK_ENTRIES));
        }
        Stopwatch watch = Stopwatch.started();
        Map<String, Integer> differences = new TreeMap<>();
        long sequences = 0;
        long commands = 0;
        while (sequences == 0 || !watch.hasPassed(duration)) {
            ComparedSequence sequence = new ComparedSequence(ours, theirs, seed + sequences);
            Optional<String> complaint = sequence.play(COMMANDS_A_SEQUENCE);
            sequences++;
            commands += sequence.commands();
            sequence.differences().forEach((name, count) -> differences.merge(name, count, Integer::sum));
            if (complaint.isPresent()) {
                return new Outcome(sequences, commands, differences, complaint);
            }
        }
        return new Outcome(sequences, commands, differences, Optional.empty());
    }
}
