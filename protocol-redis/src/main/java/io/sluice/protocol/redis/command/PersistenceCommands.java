package io.sluice.protocol.redis.command;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamService;
import io.sluice.common.ErrorCode;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Commands about what is on disk. Entries are there without them; what Redis saves is a checkpoint here, after which a start
 * replays less.
 */
final class PersistenceCommands {
    private static final String NOT_WRITTEN = "ERR a checkpoint cannot be written: ";

    private final ServerState server;
    private final AtomicLong lastSavedWallMs;

    PersistenceCommands(ServerState server) {
        this.server = server;
        lastSavedWallMs = new AtomicLong(server.streams().wallMs());
    }

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.of("save", 1, "admin noscript", this::save),
                CommandSpec.of("bgsave", -1, "admin noscript", this::saveInBackground),
                CommandSpec.of("bgrewriteaof", 1, "admin noscript", this::saveInBackground),
                CommandSpec.of(
                        "lastsave",
                        1,
                        "fast",
                        (r, s) -> new Plan.Now(out -> out.integer(lastSavedWallMs.get() / 1_000))),
                CommandSpec.of("wait", 3, "blocking", this::await),
                CommandSpec.of("waitaof", 4, "blocking", this::awaitSynced),
                CommandSpec.of("debug|sleep", 3, "admin noscript", this::sleep),
                CommandSpec.of("debug|reload", -2, "admin noscript", this::saveAndReload),
                CommandSpec.of("debug|loadaof", 2, "admin noscript", this::reload));
    }

    private Plan save(Request request, Session session) {
        StreamService streams = session.broker().streams();
        return Plan.Read.slow(out -> {
            write(streams);
            out.ok();
        });
    }

    private void write(StreamService streams) {
        try {
            ErrorCode error = streams.checkpoint().join();
            if (error == ErrorCode.CLUSTER_AUTHORIZATION_FAILED) {
                throw Errors.noPermission("save");
            }
            if (error != ErrorCode.NONE) {
                throw new RedisException(NOT_WRITTEN + error.text());
            }
        } catch (CompletionException stopping) {
            throw new RedisException(NOT_WRITTEN + "the broker stops");
        }
        lastSavedWallMs.set(server.streams().wallMs());
    }

    private Plan saveInBackground(Request request, Session session) {
        boolean isOfLog = request.is(0, "bgrewriteaof");
        boolean isKnown = request.count() == 1 || (request.count() == 2 && request.is(1, "schedule"));
        if (!isKnown) {
            throw Errors.syntax();
        }
        if (!session.broker().access().mayToCluster(Operation.ALTER)) {
            throw Errors.noPermission(request.name());
        }
        StreamService streams = session.broker().streams();
        return new Plan.Now(out -> {
            var unused = streams.checkpoint().thenAccept(error -> {
                if (error == ErrorCode.NONE) {
                    lastSavedWallMs.set(server.streams().wallMs());
                }
            });
            out.simple(isOfLog ? "Background append only file rewriting started" : "Background saving started");
        });
    }

    /** No replica of Redis' kind exists, so none has received anything, however long one waits. */
    private Plan await(Request request, Session session) {
        request.integer(1);
        checkTimeout(request, 2);
        return Plan.Read.quick(List.of(), Operation.DESCRIBE, (views, out) -> out.integer(0));
    }

    /** What this client wrote before is answered by then, and so on disk, if that is what answers mean here. */
    private Plan awaitSynced(Request request, Session session) {
        long local = request.integer(1);
        if (local < 0 || local > 1) {
            throw new RedisException("ERR value is out of range, value must between 0 and 1");
        }
        if (request.integer(2) < 0) {
            throw new RedisException("ERR value is out of range, must be positive");
        }
        checkTimeout(request, 3);
        boolean isSynced = session.broker().streams().durability().equals("fsync");
        if (local > 0 && !isSynced) {
            throw new RedisException("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
        }
        return Plan.Read.quick(List.of(), Operation.DESCRIBE, (views, out) -> {
            out.array(2);
            out.integer(isSynced ? 1 : 0);
            out.integer(0);
        });
    }

    private static void checkTimeout(Request request, int index) {
        if (request.integer(index, "ERR timeout is not an integer or out of range") < 0) {
            throw new RedisException("ERR timeout is negative");
        }
    }

    private void checkDebug() {
        if (!server.isDebugAllowed()) {
            throw new RedisException("ERR DEBUG command not allowed. It needs the setting redis.debug=true.");
        }
    }

    /** Nothing is lost without saving, for what was answered is in the journal. */
    private Plan saveAndReload(Request request, Session session) {
        checkDebug();
        boolean isSaved = request.count() == 2;
        if (!isSaved && !(request.count() == 3 && request.is(2, "nosave"))) {
            throw new RedisException("ERR DEBUG RELOAD only supports the NOSAVE option.");
        }
        return reload(session, isSaved);
    }

    private Plan reload(Request request, Session session) {
        checkDebug();
        return reload(session, false);
    }

    private Plan reload(Session session, boolean isSaved) {
        StreamService streams = session.broker().streams();
        return Plan.Read.slow(out -> {
            if (isSaved) {
                write(streams);
            }
            if (streams.reload().join() != ErrorCode.NONE) {
                throw Errors.noPermission("debug");
            }
            out.ok();
        });
    }

    /** Only this client waits: nobody else is stopped for a test. */
    private Plan sleep(Request request, Session session) {
        checkDebug();
        Pause pause = new Pause((long) (seconds(request.text(2)) * 1_000));
        return new Plan.Read(List.of(), Operation.DESCRIBE, pause);
    }

    /** Waits for nothing. */
    private record Pause(long waitMs) implements ReadTask {
        @Override
        public Status step(Views views, boolean mayBlock, ReplyWriter out) {
            if (waitMs > 0) {
                return Status.WAIT;
            }
            out.ok();
            return Status.DONE;
        }

        @Override
        public void timedOut(ReplyWriter out) {
            out.ok();
        }
    }

    private static double seconds(String text) {
        boolean isNumber = text.matches("[0-9]{1,4}(\\.[0-9]{1,6})?");
        if (!isNumber) {
            throw new RedisException("ERR value is not a valid float");
        }
        return Double.parseDouble(text);
    }
}
