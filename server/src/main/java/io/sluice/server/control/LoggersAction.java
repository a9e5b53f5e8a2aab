package io.sluice.server.control;

import io.sluice.broker.api.LoggerService;
import io.sluice.broker.api.Result;
import io.sluice.protocol.http.AdminAction;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;

/** Shows the levels of the log, after changing those that the parameters name: {@code LOGGER=LEVEL}, empty for the one above. */
public record LoggersAction(LoggerService loggers) implements AdminAction {
    /** Where it is offered. */
    public static final String PATH = "/admin/loggers";

    @Override
    public void run(Map<String, String> parameters, Consumer<String> lines) {
        Result<SortedMap<String, String>> levels = loggers.set(parameters);
        if (!levels.isOk()) {
            throw new RefusedException(levels.message());
        }
        levels.get().forEach((logger, level) -> lines.accept(level + " " + logger));
    }
}
