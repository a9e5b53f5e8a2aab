package io.sluice.server;

import io.sluice.server.control.ControlClient.ControlException;
import io.sluice.server.node.ExitCode;
import io.sluice.server.node.StartException;
import io.sluice.server.settings.SettingsException;
import java.io.PrintWriter;

/** Turns what stopped a command into lines for a person and an exit code for a script. */
final class FailureReport {
    private FailureReport() {}

    static int print(Throwable failure, PrintWriter err) {
        return switch (failure) {
            case SettingsException wrong -> {
                String.valueOf(wrong.getMessage()).lines().forEach(line -> err.println("sluice: " + line));
                yield ExitCode.USAGE.number();
            }
            case StartException refused -> {
                err.println("sluice: " + refused.getMessage());
                yield refused.exitCode().number();
            }
            case ControlException refused -> {
                err.println("sluice: " + refused.getMessage());
                yield ExitCode.REFUSED.number();
            }
            case Throwable unexpected -> {
                unexpected.printStackTrace(err);
                err.println("sluice: ended by an error of its own: " + unexpected);
                yield ExitCode.BROKEN.number();
            }
        };
    }
}
