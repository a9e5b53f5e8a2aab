package io.sluice.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.cli.Main;
import io.sluice.cli.command.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client command, run to its end inside this process.
 *
 * @param exitCode what the shell would see
 * @param out all of stdout
 * @param err all of stderr
 */
public record CliRun(int exitCode, String out, String err) {

    /** Runs {@code words} with {@code input} on stdin. */
    public static CliRun of(String input, String... words) {
        return of(Map.of(), input, words);
    }

    /** The same with an environment. */
    public static CliRun of(Map<String, String> environment, String input, String... words) {
        return of(environment, new ByteArrayInputStream(input.getBytes(UTF_8)), words);
    }

    static CliRun of(Map<String, String> environment, InputStream input, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(Console.of(input, out, err, environment), words);
        return new CliRun(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** All of stdout as one JSON document. */
    public JsonNode json() {
        return JsonMapper.shared().readTree(out);
    }

    /** Each line of stdout as a JSON document. */
    List<JsonNode> jsonLines() {
        return out.lines().map(JsonMapper.shared()::readTree).toList();
    }
}
