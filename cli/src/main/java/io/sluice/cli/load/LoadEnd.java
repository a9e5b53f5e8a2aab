package io.sluice.cli.load;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.ErrorText;
import io.sluice.cli.text.Printable;

/** How a load ended. */
final class LoadEnd {

    private LoadEnd() {}

    /**
     * Returns when nothing failed.
     *
     * @throws CommandException with the first failure
     */
    static void check(LoadCounters counters) {
        Exception failure = counters.failure();
        if (failure != null) {
            throw new CommandException(
                    "stopped after " + Printable.count(counters.records(), "record") + ": "
                            + ErrorText.of(failure, "the broker"),
                    failure);
        }
    }
}
