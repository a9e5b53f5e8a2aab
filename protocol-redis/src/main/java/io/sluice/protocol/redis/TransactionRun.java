package io.sluice.protocol.redis;

import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import io.sluice.broker.api.StreamService.Found;
import io.sluice.protocol.redis.command.CommandSpec;
import io.sluice.protocol.redis.command.Plan;
import io.sluice.protocol.redis.command.ReadTask;
import io.sluice.protocol.redis.command.RedisException;
import io.sluice.protocol.redis.command.Request;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MULTI, EXEC and WATCH of one connection. All changes of a transaction are decided in one go; what it reads is the streams as
 * they were at that place between its changes. Owner: the connection's event loop.
 */
final class TransactionRun {
    private final RedisConnection connection;

    TransactionRun(RedisConnection connection) {
        this.connection = connection;
    }

    void begin() {
        if (connection.transaction().isOpen()) {
            connection.writer().error("ERR MULTI calls can not be nested");
            return;
        }
        connection.transaction().begin();
        connection.writer().ok();
    }

    void discard() {
        if (!connection.transaction().isOpen()) {
            connection.writer().error("ERR DISCARD without MULTI");
            return;
        }
        connection.transaction().end();
        connection.writer().ok();
    }

    void watch(List<StreamKey> keys) {
        for (StreamKey key : keys) {
            Found found = connection.streams().find(key, Operation.READ);
            boolean isRoom = connection
                    .transaction()
                    .watch(key, found instanceof Found.Stream stream ? Optional.of(stream.view()) : Optional.empty());
            if (!isRoom) {
                connection.transaction().unwatch();
                connection.writer().error("ERR too many watched keys");
                return;
            }
        }
        connection.writer().ok();
    }

    /** A queued request with its plan and its share of the commands. */
    private record Step(Plan plan, int from, int to) {}

    void execute() {
        Transaction transaction = connection.transaction();
        if (!transaction.isOpen()) {
            connection.writer().error("ERR EXEC without MULTI");
            return;
        }
        if (transaction.isBroken()) {
            transaction.end();
            connection.writer().error("EXECABORT Transaction discarded because of previous errors.");
            return;
        }
        List<StreamCommand> commands = new ArrayList<>();
        transaction.watched().forEach((key, seen) -> commands.add(new StreamCommand.Unchanged(key, seen.orElse(null))));
        List<Step> steps = new ArrayList<>();
        List<Request> requests = List.copyOf(transaction.queued());
        transaction.end();
        for (Request request : requests) {
            Plan plan = plan(request);
            int from = commands.size();
            switch (plan) {
                case Plan.Change change -> commands.addAll(change.commands());
                case Plan.Fetch fetch -> commands.addAll(fetch.commands());
                case Plan.Await await -> commands.add(await.command());
                case Plan.Read read -> read.keys().forEach(key -> commands.add(new StreamCommand.Look(key)));
                case Plan.Now _, Plan.Login _, Plan.Watch _, Plan.Control _ -> {}
            }
            steps.add(new Step(plan, from, commands.size()));
        }
        connection.busy(true);
        if (commands.isEmpty()) {
            reply(steps, List.of());
            return;
        }
        connection
                .streams()
                .execute(commands, true, connection.channel().eventLoop(), answers -> answered(steps, answers));
    }

    private Plan plan(Request request) {
        try {
            CommandSpec spec = connection.listener().commands().find(request);
            return spec.handler().plan(request, connection.session());
        } catch (RedisException refused) {
            return new Plan.Now(out -> out.error(refused.reply()));
        }
    }

    private void answered(List<Step> steps, List<StreamAnswer> answers) {
        Optional<StreamFault> ofAll = answers.stream()
                .filter(StreamAnswer.Refused.class::isInstance)
                .map(answer -> ((StreamAnswer.Refused) answer).fault())
                .filter(fault -> fault == StreamFault.CHANGED_MEANWHILE)
                .findFirst();
        if (ofAll.isPresent()) {
            connection.writer().nilArray();
            connection.busy(false);
            connection.proceed();
        } else {
            reply(steps, answers);
        }
    }

    private void reply(List<Step> steps, List<StreamAnswer> answers) {
        connection.writer().array(steps.size());
        next(steps, 0, answers);
    }

    /** Writes the replies from this one on; a read that takes its time goes on where it was. */
    private void next(List<Step> steps, int first, List<StreamAnswer> answers) {
        for (int i = first; i < steps.size(); i++) {
            Step step = steps.get(i);
            ReplyWriter out = connection.writer();
            switch (step.plan()) {
                case Plan.Now now -> now.reply().accept(out);
                case Plan.Change change -> change.reply().accept(answers.subList(step.from(), step.to()), out);
                case Plan.Control control -> {
                    if (control == Plan.Control.UNWATCH) {
                        out.ok();
                    } else {
                        out.error("ERR Command not allowed inside a transaction");
                    }
                }
                case Plan.Login _, Plan.Watch _ -> out.error("ERR Command not allowed inside a transaction");
                case Plan.Fetch fetch -> {
                    ReadTask task = fetch.task().apply(answers.subList(step.from(), step.to()));
                    if (!isRead(read(task), new Step(step.plan(), 0, 0), steps, i, answers)) {
                        return;
                    }
                }
                case Plan.Await await -> {
                    ReadTask task = await.task().apply(answers.get(step.from()));
                    if (!isRead(read(task), new Step(step.plan(), 0, 0), steps, i, answers)) {
                        return;
                    }
                }
                case Plan.Read read -> {
                    if (!isRead(read, step, steps, i, answers)) {
                        return;
                    }
                }
            }
        }
        connection.busy(false);
        connection.proceed();
    }

    /** Of entries that the answer names. */
    private static Plan.Read read(ReadTask task) {
        return new Plan.Read(List.of(), Operation.READ, task);
    }

    /** Whether the read is over already; if not, it goes on with the next step by itself. */
    private boolean isRead(Plan.Read read, Step step, List<Step> steps, int index, List<StreamAnswer> answers) {
        Map<StreamKey, Found> seen = new HashMap<>();
        for (int i = 0; i < read.keys().size(); i++) {
            seen.put(read.keys().get(i), found(answers.get(step.from() + i)));
        }
        boolean[] hasReturned = {false};
        boolean[] isOver = {false};
        connection.start(read, key -> seen.getOrDefault(key, Found.Nothing.INSTANCE), false, () -> {
            isOver[0] = true;
            if (hasReturned[0]) {
                next(steps, index + 1, answers);
            }
        });
        hasReturned[0] = true;
        return isOver[0];
    }

    private static Found found(StreamAnswer answer) {
        return switch (answer) {
            case StreamAnswer.Seen seen ->
                seen.stream().<Found>map(Found.Stream::new).orElse(Found.Nothing.INSTANCE);
            case StreamAnswer.Refused refused -> new Found.Refused(refused.fault());
            case StreamAnswer.Id _, StreamAnswer.Count _, StreamAnswer.None _, StreamAnswer.Done _, GroupAnswer _ ->
                Found.Nothing.INSTANCE;
        };
    }
}
