package io.sluice.protocol.redis;

import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.command.ReadTask;
import io.sluice.protocol.redis.command.Request;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Changes of streams that go to the broker together, and the replies that are due between them. One event loop. */
final class ChangeRun {
    /** More is not gathered. */
    private static final int COMMANDS_MAX = 2_048;

    private static final int BYTES_MAX = 4 << 20;

    private final List<StreamCommand> commands = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private long heldBytes;
    private @Nullable Request first;
    private Plan.@Nullable Fetch last;
    private int lastFrom;

    private sealed interface Part {
        record OfChange(int from, int to, Plan.Change change) implements Part {}

        record Ready(Consumer<ReplyWriter> reply) implements Part {}
    }

    /** A change of so many bytes. */
    void add(Plan.Change change, long requestBytes) {
        parts.add(new Part.OfChange(
                commands.size(), commands.size() + change.commands().size(), change));
        commands.addAll(change.commands());
        heldBytes += requestBytes;
    }

    /** A reply whose turn comes after those of the changes before it. */
    void add(Consumer<ReplyWriter> reply, long requestBytes) {
        parts.add(new Part.Ready(reply));
        heldBytes += requestBytes;
    }

    /** What hands out entries comes last: its reply is written piece by piece. */
    void add(Plan.Fetch fetch, long requestBytes) {
        lastFrom = commands.size();
        last = fetch;
        commands.addAll(fetch.commands());
        heldBytes += requestBytes;
    }

    /** A request that belongs to it; the first stands for all in the slow log. */
    void contains(Request request) {
        first = first == null ? request : first;
    }

    @Nullable
    Request first() {
        return first;
    }

    boolean isEmpty() {
        return parts.isEmpty() && last == null;
    }

    boolean isFull() {
        return last != null
                || parts.size() >= COMMANDS_MAX
                || commands.size() >= COMMANDS_MAX
                || heldBytes >= BYTES_MAX;
    }

    /** Whether a request of so many bytes still fits beside what is there. */
    boolean hasRoomFor(long requestBytes) {
        return isEmpty() || heldBytes + requestBytes <= BYTES_MAX;
    }

    /** What its requests take in memory. */
    long heldBytes() {
        return heldBytes;
    }

    List<StreamCommand> commands() {
        return commands;
    }

    /** What reads and writes the last reply, if it is such a one. */
    Optional<ReadTask> last(List<StreamAnswer> answers) {
        Plan.Fetch fetch = last;
        return fetch == null
                ? Optional.empty()
                : Optional.of(fetch.task().apply(answers.subList(lastFrom, answers.size())));
    }

    /** Writes all replies but such a {@link #last}. */
    void write(List<StreamAnswer> answers, ReplyWriter out) {
        for (Part part : parts) {
            switch (part) {
                case Part.OfChange of -> of.change().reply().accept(answers.subList(of.from(), of.to()), out);
                case Part.Ready ready -> ready.reply().accept(out);
            }
        }
    }
}
