package io.sluice.protocol.redis;

import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Changes of streams that go to the broker together, and the replies that are due between them. One event loop. */
final class ChangeRun {
    /** More is not gathered. */
    private static final int COMMANDS_MAX = 2_048;

    private static final int BYTES_MAX = 4 << 20;

    private final List<StreamCommand> commands = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private long lengthBytes;

    private sealed interface Part {
        record OfChange(int from, int to, Plan.Change change) implements Part {}

        record Ready(Consumer<ReplyWriter> reply) implements Part {}
    }

    /** A change of so many bytes. */
    void add(Plan.Change change, long requestBytes) {
        parts.add(new Part.OfChange(
                commands.size(), commands.size() + change.commands().size(), change));
        commands.addAll(change.commands());
        lengthBytes += requestBytes;
    }

    /** A reply whose turn comes after those of the changes before it. */
    void add(Consumer<ReplyWriter> reply, long requestBytes) {
        parts.add(new Part.Ready(reply));
        lengthBytes += requestBytes;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    boolean isFull() {
        return parts.size() >= COMMANDS_MAX || commands.size() >= COMMANDS_MAX || lengthBytes >= BYTES_MAX;
    }

    /** Whether a request of so many bytes still fits beside what is there. */
    boolean hasRoomFor(long requestBytes) {
        return isEmpty() || lengthBytes + requestBytes <= BYTES_MAX;
    }

    List<StreamCommand> commands() {
        return commands;
    }

    /** Writes all replies. */
    void write(List<StreamAnswer> answers, ReplyWriter out) {
        for (Part part : parts) {
            switch (part) {
                case Part.OfChange of -> of.change().reply().accept(answers.subList(of.from(), of.to()), out);
                case Part.Ready ready -> ready.reply().accept(out);
            }
        }
    }
}
