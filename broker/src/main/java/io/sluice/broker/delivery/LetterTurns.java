package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.common.TopicId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets requests about one box of dead letters happen one after the other, and none behind a later one: whoever sent that goes
 * by what was in the box then. Any thread.
 */
final class LetterTurns {
    /** Boxes that are remembered. One that is forgotten takes requests in any order again. */
    private static final int BOXES_MAX = 10_000;

    private final Map<Box, Line> lines = new LinkedHashMap<>(16, 0.75f, true);

    /** Where letters of a group's partition go. */
    record Box(DeliveryGroup group, TopicId topic, int partition) {}

    /**
     * When a request was made.
     *
     * @param term in which its maker leads the group's partition: the leader epoch, which rises from shard to shard too
     * @param number rises from request to request of one maker
     */
    record Turn(long term, long number) {
        boolean isBefore(Turn other) {
            return term < other.term || term == other.term && number < other.number;
        }
    }

    private static final class Line {
        private Turn newest = new Turn(0, 0);
        private CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);
    }

    /** Does the work once what came before is done; answers {@code tooLate} if a later turn came already. */
    synchronized <A> CompletableFuture<A> take(Box box, Turn turn, Supplier<CompletableFuture<A>> work, A tooLate) {
        Line line = lines.computeIfAbsent(box, first -> new Line());
        if (turn.isBefore(line.newest)) {
            return CompletableFuture.completedFuture(tooLate);
        }
        line.newest = turn;
        CompletableFuture<A> done = line.last.thenCompose(before -> work.get());
        line.last = done.handle((answer, failure) -> true);
        forgetOldest();
        return done;
    }

    private void forgetOldest() {
        if (lines.size() > BOXES_MAX) {
            var oldest = lines.entrySet().iterator();
            if (oldest.next().getValue().last.isDone()) {
                oldest.remove();
            }
        }
    }
}
