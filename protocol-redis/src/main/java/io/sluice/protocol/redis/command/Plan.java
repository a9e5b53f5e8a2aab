package io.sluice.protocol.redis.command;

import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a command needs to be answered; the connection sees to it, alone or within a transaction. */
public sealed interface Plan {
    /** Nothing: the reply is known. */
    record Now(Consumer<ReplyWriter> reply) implements Plan {}

    /** Changes of streams; the reply follows from their answers. */
    record Change(List<StreamCommand> commands, BiConsumer<List<StreamAnswer>, ReplyWriter> reply) implements Plan {
        static Plan of(StreamCommand command, BiConsumer<StreamAnswer, ReplyWriter> reply) {
            return new Change(List.of(command), (answers, out) -> reply.accept(answers.getFirst(), out));
        }
    }

    /** What streams hold, after everything that this client changed before. */
    record Read(List<StreamKey> keys, Operation operation, ReadTask task) implements Plan {
        /** Of a reply that may take its time, on a thread for that; it may throw {@link RedisException} before it writes. */
        static Plan slow(Consumer<ReplyWriter> reply) {
            return new Read(List.of(), Operation.DESCRIBE, (views, mayBlock, out) -> {
                if (!mayBlock) {
                    return ReadTask.Status.ON_DISK;
                }
                reply.accept(out);
                return ReadTask.Status.DONE;
            });
        }

        /** Of a reply that is quickly written. */
        static Plan quick(List<StreamKey> keys, Operation operation, BiConsumer<Views, ReplyWriter> reply) {
            return new Read(keys, operation, (views, mayBlock, out) -> {
                reply.accept(views, out);
                return ReadTask.Status.DONE;
            });
        }
    }

    /**
     * Commands on groups that hand out entries; what their answers become reads the entries and writes the reply. Within a
     * transaction nothing waits.
     */
    record Fetch(List<StreamCommand> commands, Function<List<StreamAnswer>, ReadTask> task) implements Plan {
        static Plan of(StreamCommand command, Function<StreamAnswer, ReadTask> task) {
            return new Fetch(List.of(command), answers -> task.apply(answers.getFirst()));
        }
    }

    /** As {@link Fetch}, waiting for entries if there are none: so many milliseconds, 0 for ever. */
    record Await(GroupCommand.ReadGroup command, long waitMs, Function<StreamAnswer, ReadTask> task) implements Plan {}

    /** A login; the reply if it succeeds. */
    record Login(String user, byte[] password, Optional<Consumer<ReplyWriter>> whenDone) implements Plan {}

    /** Watches keys until the next EXEC, DISCARD or UNWATCH. */
    record Watch(List<StreamKey> keys) implements Plan {}

    /** What concerns the connection. */
    enum Control implements Plan {
        MULTI,
        EXEC,
        DISCARD,
        UNWATCH,
        QUIT,
        RESET
    }
}
