package io.sluice.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The broker that commands are tried on: one of this build or, with {@code -Dit.cli.bootstrap=HOST:PORT}, any other that
 * runs already, such as Apache Kafka.
 */
final class CliBroker implements AutoCloseable {

    private final Optional<BrokerProcess> process;
    private final String address;

    private CliBroker(Optional<BrokerProcess> process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts a broker with its data in {@code folder}; {@code settings} are pairs {@code NAME=VALUE}. */
    static CliBroker start(Path folder, String... settings) {
        String other = System.getProperty("it.cli.bootstrap");
        if (other != null) {
            return new CliBroker(Optional.empty(), other);
        }
        BrokerProcess started = BrokerProcess.start(BrokerCommand.ofBuild(), folder.resolve("data"), pairs(settings));
        return new CliBroker(Optional.of(started), started.kafkaAddress());
    }

    /** Groups of one member need not wait for others. */
    private static Map<String, String> pairs(String... settings) {
        return Stream.concat(Stream.of("group.initial.rebalance.delay.ms=0"), Stream.of(settings))
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }

    String address() {
        return address;
    }

    /** Runs a command that must succeed. */
    CliRun succeed(String... words) {
        return succeedWith("", words);
    }

    /** Runs a command with {@code input} on stdin that must succeed. */
    CliRun succeedWith(String input, String... words) {
        CliRun run = run(input, words);
        assertThat(run.exitCode())
                .as("%s: %s", String.join(" ", words), run.err())
                .isZero();
        return run;
    }

    /** Runs a command that must fail with one line that contains {@code reason}. */
    void fails(String reason, String... words) {
        fails(1, reason, words);
    }

    /** Runs a command line that must be refused as wrong, with one line that contains {@code reason}. */
    void isMisused(String reason, String... words) {
        fails(2, reason, words);
    }

    private void fails(int exitCode, String reason, String... words) {
        CliRun run = run("", words);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasLineCount(1).contains(reason);
    }

    /** Runs a command with {@code input} on stdin. */
    CliRun run(String input, String... words) {
        return CliRun.of(
                input,
                Stream.concat(Stream.of(words), Stream.of("--bootstrap", address))
                        .toArray(String[]::new));
    }

    @Override
    public void close() {
        process.ifPresent(BrokerProcess::close);
    }
}
