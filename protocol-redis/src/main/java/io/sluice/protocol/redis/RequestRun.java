package io.sluice.protocol.redis;

import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamService;
import io.sluice.protocol.redis.command.CommandSpec;
import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.command.ReadTask;
import io.sluice.protocol.redis.command.Redirect;
import io.sluice.protocol.redis.command.RedisException;
import io.sluice.protocol.redis.command.Request;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Carries out the requests of one client, in order. Owner: the connection's event loop. */
final class RequestRun {
    /** The request comes again once everything before it is done. */
    private static final Plan AGAIN = new Plan.Now(out -> {});

    private final RedisConnection connection;
    private final TransactionRun transactions;

    RequestRun(RedisConnection connection) {
        this.connection = connection;
        transactions = new TransactionRun(connection);
    }

    /** False if the request must wait and come again. */
    boolean take(Request request) {
        Plan plan;
        try {
            plan = plan(request);
        } catch (RedisException refused) {
            if (connection.transaction().isOpen()) {
                connection.transaction().broken();
            }
            plan = new Plan.Now(reply -> reply.error(refused.reply()));
        }
        boolean isTaken = plan != AGAIN && carryOut(plan, request);
        if (!isTaken) {
            connection.changes().submit();
        }
        return isTaken;
    }

    private Plan plan(Request request) {
        CommandSpec spec;
        try {
            spec = connection.listener().commands().find(request);
        } catch (RedisException unknown) {
            checkLogin(false);
            throw unknown;
        }
        checkLogin(spec.isOpen());
        connection.session().did(spec.name());
        Redirect.check(
                spec, request, connection.session(), connection.listener().listenerName());
        if (connection.transaction().isOpen() && !spec.isAtOnce()) {
            connection.transaction().queue(request);
            return new Plan.Now(ReplyWriter::queued);
        }
        // Such handlers change the session when they plan: replies that are due must not be written in another
        // language.
        if (spec.isOpen() && !connection.changes().isQuiet()) {
            return AGAIN;
        }
        return spec.handler().plan(request, connection.session());
    }

    private void checkLogin(boolean isOpen) {
        if (!isOpen && !connection.session().isAuthenticated()) {
            throw new RedisException("NOAUTH Authentication required.");
        }
    }

    private boolean carryOut(Plan plan, Request request) {
        ChangeFlow changes = connection.changes();
        return switch (plan) {
            case Plan.Now now -> {
                now(now.reply(), request);
                yield true;
            }
            case Plan.Change change -> changes.add(change, request);
            case Plan.Fetch fetch -> changes.add(fetch, request);
            case Plan.Login login -> {
                login(login);
                yield true;
            }
            case Plan.Await _, Plan.Read _, Plan.Watch _, Plan.Control _ -> {
                if (!changes.isQuiet()) {
                    yield false;
                }
                afterAll(plan, request);
                yield true;
            }
        };
    }

    /** What waits until nothing is gathered or under way. */
    private void afterAll(Plan plan, Request request) {
        switch (plan) {
            case Plan.Await await -> {
                connection.busy(true);
                connection.current().await(await);
            }
            case Plan.Read read -> read(read, request);
            case Plan.Watch watch -> watch(watch, request);
            case Plan.Control control -> control(control);
            case Plan.Now _, Plan.Change _, Plan.Fetch _, Plan.Login _ ->
                throw new IllegalArgumentException("waits for nothing: " + plan);
        }
    }

    private void now(Consumer<ReplyWriter> reply, Request request) {
        if (connection.changes().isQuiet()) {
            reply.accept(connection.writer());
            connection.flushIfLarge();
        } else {
            connection.changes().add(reply, request.heldBytes());
        }
    }

    private void read(Plan.Read read, Request request) {
        connection.busy(true);
        long beganNs = connection.listener().host().clock().nanoTime();
        connection.start(read, key -> connection.streams().find(key, read.operation()), true, () -> {
            if (!connection.current().hasLastWaited()) {
                connection.took(request, beganNs);
            }
            connection.readDone();
        });
    }

    /** Writes what was handed out; no further request is handled meanwhile. */
    void write(ReadTask task) {
        connection.busy(true);
        connection.start(
                new Plan.Read(List.of(), Operation.READ, task),
                key -> StreamService.Found.Nothing.INSTANCE,
                false,
                connection::readDone);
    }

    private void login(Plan.Login login) {
        connection.busy(true);
        RedisListener listener = connection.listener();
        Authenticator authenticator = new Authenticator(listener.security().logins());
        var unused = CompletableFuture.supplyAsync(
                        () -> authenticator.check(login.user(), login.password()),
                        listener.host().blocking())
                .thenCompose(
                        result -> authenticator.late(result, listener.host().blocking()))
                .whenComplete((principal, failure) -> connection.execute(
                        () -> {
                            connection.busy(false);
                            if (failure == null && principal.isPresent()) {
                                connection.become(login.user(), principal.get());
                                login.whenDone().orElse(ReplyWriter::ok).accept(connection.writer());
                            } else {
                                connection
                                        .writer()
                                        .error("WRONGPASS invalid username-password pair or user is disabled.");
                            }
                            connection.proceed();
                        },
                        () -> {}));
    }

    private void watch(Plan.Watch watch, Request request) {
        if (connection.transaction().isOpen()) {
            now(reply -> reply.error("ERR WATCH inside MULTI is not allowed"), request);
        } else {
            transactions.watch(watch.keys());
        }
    }

    private void control(Plan.Control control) {
        switch (control) {
            case MULTI -> transactions.begin();
            case EXEC -> transactions.execute();
            case DISCARD -> transactions.discard();
            case UNWATCH -> {
                connection.transaction().unwatch();
                connection.writer().ok();
            }
            case RESET -> {
                connection.transaction().end();
                connection.session().reset();
                connection.becomeNobody();
                connection.writer().simple("RESET");
            }
            case QUIT -> {
                connection.writer().ok();
                connection.closeAfterReplies();
            }
        }
    }
}
