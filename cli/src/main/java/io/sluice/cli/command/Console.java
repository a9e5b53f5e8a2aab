package io.sluice.cli.command;

import io.sluice.cli.text.Table;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a command sees of the outside world but for the broker: streams, terminal, clock, environment. Tests make their
 * own with {@link #of}. For the command's thread.
 */
public final class Console {

    private static final int HELP_WIDTH_MIN = 80;
    private static final int HELP_WIDTH_MAX = 110;

    /**
     * Which streams are terminals, and how wide they are.
     *
     * @param input whether stdin is one
     * @param output whether stdout is one
     * @param error whether stderr is one
     * @param width columns, or {@link Table#UNLIMITED_WIDTH} when stdout is none
     */
    public record Terminal(boolean input, boolean output, boolean error, int width) {
        static final Terminal NONE = new Terminal(false, false, false, Table.UNLIMITED_WIDTH);
    }

    private final InputStream in;
    private final OutputStream out;
    private final PrintWriter err;
    private final Terminal terminal;
    private final InstantSource clock;
    private final Map<String, String> environment;
    private final Interruption interruption;

    private Console(
            Streams streams,
            Terminal terminal,
            InstantSource clock,
            Map<String, String> environment,
            Interruption interruption) {
        this.in = streams.in();
        this.out = streams.out();
        this.err = new PrintWriter(new OutputStreamWriter(streams.err(), StandardCharsets.UTF_8), true);
        this.terminal = terminal;
        this.clock = clock;
        this.environment = environment;
        this.interruption = interruption;
    }

    private record Streams(InputStream in, OutputStream out, OutputStream err) {}

    /** A console on the given streams, none of which is a terminal, with an empty environment and the system's clock. */
    public static Console of(InputStream in, OutputStream out, OutputStream err) {
        return of(in, out, err, Map.of());
    }

    /** The same with an environment. */
    public static Console of(InputStream in, OutputStream out, OutputStream err, Map<String, String> environment) {
        return new Console(
                new Streams(in, out, err),
                Terminal.NONE,
                InstantSource.system(),
                Map.copyOf(environment),
                new Interruption());
    }

    /** The console of this process. */
    public static Console ofProcess(Interruption interruption) {
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 64 * 1024);
        Streams streams = new Streams(System.in, out, new FileOutputStream(FileDescriptor.err));
        Map<String, String> environment = System.getenv();
        return new Console(
                streams, TerminalProbe.terminal(environment), InstantSource.system(), environment, interruption);
    }

    /** Standard input. */
    public InputStream in() {
        return in;
    }

    /** Where bytes of records go; buffered, see {@link #flush}. */
    public OutputStream out() {
        return out;
    }

    /** What the streams are connected to. */
    public Terminal terminal() {
        return terminal;
    }

    /** The wall clock. */
    public InstantSource clock() {
        return clock;
    }

    /** A clock that only goes forward, in nanoseconds from an arbitrary point; any thread may read it. */
    public long nanoTime() {
        return System.nanoTime();
    }

    /** What happens at Ctrl-C. */
    public Interruption interruption() {
        return interruption;
    }

    /** A variable of the environment; empty when it is unset or empty. */
    public Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** Asks on the terminal for something that is not shown while it is typed; empty when there is no terminal. */
    public Optional<String> secret(String prompt) {
        return Optional.ofNullable(System.console())
                .filter(asking -> terminal.input())
                .map(asking -> asking.readPassword("%s", prompt))
                .map(String::valueOf);
    }

    /** Whether stdout may be coloured (<a href="https://no-color.org">NO_COLOR</a> is respected). */
    public boolean isColored() {
        return terminal.output() && environment("NO_COLOR").isEmpty();
    }

    /** Columns for help texts. */
    public int helpWidth() {
        return Math.clamp(terminal.output() ? terminal.width() : HELP_WIDTH_MIN, HELP_WIDTH_MIN, HELP_WIDTH_MAX);
    }

    /** Prints a line on stdout. */
    public void line(String text) {
        try {
            out.write((text + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /** Prints a table on stdout, cut to the terminal's width. */
    public void table(Table table) {
        table.lines(terminal.width()).forEach(this::line);
    }

    /** Prints {@code document} on stdout as one indented JSON document; records become objects. */
    public void json(Object document) {
        line(JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(document));
    }

    /** Prints a line on stderr. */
    public void error(String text) {
        err.println(text);
    }

    /** Prints on stderr without a line's end, for text that is overwritten. */
    public void errorPart(String text) {
        err.print(text);
        err.flush();
    }

    /** Sends what stdout has buffered; a reader that is gone is not an error. */
    public void flush() {
        try {
            out.flush();
        } catch (IOException readerIsGone) {
            return;
        }
    }

    /** Standard output for a library that wants a writer. */
    public PrintWriter outWriter() {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
    }

    /** Standard error for a library that wants a writer. */
    public PrintWriter errWriter() {
        return err;
    }

    /** Asks Linux what the standard streams are; elsewhere only the JDK's all-or-nothing answer is at hand. */
    private static final class TerminalProbe {

        static Terminal terminal(Map<String, String> environment) {
            boolean output = isTerminal(1);
            int width = output ? width(environment) : Table.UNLIMITED_WIDTH;
            return new Terminal(isTerminal(0), output, isTerminal(2), width);
        }

        private static boolean isTerminal(int descriptor) {
            try {
                String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                        .toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException | UnsupportedOperationException notLinux) {
                return Optional.ofNullable(System.console())
                        .map(java.io.Console::isTerminal)
                        .orElse(false);
            }
        }

        private static int width(Map<String, String> environment) {
            String columns = environment.getOrDefault("COLUMNS", "");
            return columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : sttyWidth();
        }

        private static int sttyWidth() {
            try {
                Process stty = new ProcessBuilder("stty", "size")
                        .redirectInput(Path.of("/dev/tty").toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
                boolean isSize = answer.matches("\\d{1,4} [1-9]\\d{0,3}");
                return isSize ? Integer.parseInt(answer.substring(answer.indexOf(' ') + 1)) : Table.UNLIMITED_WIDTH;
            } catch (IOException noStty) {
                return Table.UNLIMITED_WIDTH;
            }
        }
    }
}
