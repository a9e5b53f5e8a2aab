package io.sluice.cli.command;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that talks to a broker: the options that all of them share. For the command's thread. */
public abstract class BrokerCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final ConnectionOptions connection;

    @Spec
    private @Nullable CommandSpec spec;

    /** A command that sees the world through {@code console}. */
    protected BrokerCommand(Console console) {
        this.console = console;
        this.connection = new ConnectionOptions(console);
    }

    /** Streams, terminal, clock and environment. */
    protected final Console console() {
        return console;
    }

    /** Which broker, and as whom. */
    public final ConnectionOptions connection() {
        return connection;
    }

    /** An admin client; the caller closes it. */
    protected final Admin openAdmin() {
        return connection.openAdmin();
    }

    /** The command line contradicts itself; ends the command with exit code 2. */
    protected final RuntimeException usage(String reason) {
        return spec == null ? new CommandException(reason) : new ParameterException(spec.commandLine(), reason);
    }

    /** Waits for an answer; a refusal comes out as the client library's exception. */
    public static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException refused) {
            if (ErrorText.cause(refused) instanceof RuntimeException reason) {
                throw reason;
            }
            throw new CommandException(String.valueOf(refused.getMessage()), refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", interrupted);
        }
    }
}
