package io.sluice.protocol.redis.command;

import io.sluice.broker.api.OnceLimits;
import io.sluice.broker.api.StreamCommand;
import java.util.List;
import java.util.Optional;

/** XCFGSET, and XIDMPRECORD, which Redis writes into its own files. */
final class OnceCommands {
    OnceCommands() {}

    List<CommandSpec> all() {
        return List.of(
                CommandSpec.ofKey("xcfgset", -2, "write denyoom fast", this::limit),
                CommandSpec.ofKey("xidmprecord", 5, "write denyoom fast", this::remember));
    }

    private Plan remember(Request request, Session session) {
        byte[] producer = OnceArguments.word(request, 2, "XIDMPRECORD requires a non-empty producer ID");
        byte[] id = OnceArguments.word(request, 3, "XIDMPRECORD requires a non-empty idempotent ID");
        StreamCommand command = new StreamCommand.RememberOnce(
                request.key(1, session), new StreamCommand.Once(producer, Optional.of(id)), request.id(4));
        return Plan.Change.of(command, (answer, out) -> StreamWrites.reply(answer, "xidmprecord", out));
    }

    private Plan limit(Request request, Session session) {
        Optional<Integer> seconds = Optional.empty();
        Optional<Integer> ids = Optional.empty();
        for (int i = 2; i < request.count(); i += 2) {
            boolean hasValue = i + 1 < request.count();
            if (hasValue && request.is(i, "idmp-duration")) {
                seconds = Optional.of(
                        number(request, i + 1, "IDMP-DURATION", OnceLimits.DURATION_SECONDS_MAX, "seconds"));
            } else if (hasValue && request.is(i, "idmp-maxsize")) {
                ids = Optional.of(number(request, i + 1, "IDMP-MAXSIZE", OnceLimits.IDS_MAX, "entries"));
            } else {
                throw Errors.syntax();
            }
        }
        if (seconds.isEmpty() && ids.isEmpty()) {
            throw new RedisException("ERR At least one parameter must be specified");
        }
        StreamCommand command = new StreamCommand.LimitOnce(request.key(1, session), seconds, ids);
        return Plan.Change.of(command, (answer, out) -> StreamWrites.reply(answer, "xcfgset", out));
    }

    private static int number(Request request, int index, String name, int most, String unit) {
        long value = request.integer(index);
        if (value < 1 || value > most) {
            throw new RedisException("ERR " + name + " must be between 1 and " + most + " " + unit);
        }
        return (int) value;
    }
}
