package io.sluice.cli.command;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * The broker of a data directory on this machine, for what Kafka's protocol has no request for: it is found, and its user
 * recognised, by the file {@code control} that a running broker keeps there. A mixin; for the command's thread.
 */
public final class BrokerControl {
    private static final String PATH = "/admin/deliveries";
    private static final String DONE = "done";
    private static final String FAILED = "failed: ";
    private static final int FILE_BYTES_MAX = 4096;
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of the broker that is asked; it runs on this machine, and you are its user."
                    + " Environment: SLUICE_DATA_DIR. Default: ./data.")
    private Optional<Path> directory = Optional.empty();

    /** Made by the command that has it. */
    public BrokerControl() {}

    /** A line of an answer: its fields by name, decoded. */
    public record Row(Map<String, String> fields) {
        /** The field, empty if the broker does not know it. */
        public String text(String name) {
            return fields.getOrDefault(name, "");
        }

        /** The field as a number. */
        public long number(String name) {
            return Long.parseLong(text(name));
        }
    }

    /** Asks about delivery groups; throws {@link CommandException} with what the broker said against it. */
    public List<Row> ask(Console console, Map<String, String> parameters) {
        Path data = directory
                .or(() -> console.environment("SLUICE_DATA_DIR").map(Path::of))
                .orElse(Path.of("data"));
        Properties control = control(data);
        String query = parameters.entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + control.getProperty("http", "") + PATH + "?" + query))
                .header("Authorization", "Bearer " + control.getProperty("token", ""))
                .timeout(ANSWER_LIMIT)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return rows(answer.statusCode(), answer.body().lines().toList());
        } catch (IOException unreachable) {
            throw notThere(data, unreachable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", interrupted);
        }
    }

    private static Properties control(Path data) {
        Path file = data.resolve("control");
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IOException(file + " is no control file");
            }
            Properties lines = new Properties();
            lines.load(new StringReader(Files.readString(file)));
            return lines;
        } catch (IOException unreadable) {
            throw notThere(data, unreadable);
        }
    }

    private static CommandException notThere(Path data, IOException cause) {
        return new CommandException(
                "no broker that can be asked runs on " + data
                        + "; name its directory with --data, and run this as the broker's user",
                cause);
    }

    private static List<Row> rows(int status, List<String> lines) {
        String last = lines.isEmpty() ? "" : lines.getLast();
        if (status != 200 || !last.equals(DONE)) {
            throw new CommandException(
                    last.startsWith(FAILED) ? last.substring(FAILED.length()) : "the broker refuses: " + last);
        }
        List<Row> rows = new ArrayList<>();
        String[] names = lines.getFirst().split("\t", -1);
        for (String line : lines.subList(1, lines.size() - 1)) {
            String[] values = line.split("\t", -1);
            Map<String, String> fields = new HashMap<>();
            for (int i = 0; i < Math.min(names.length, values.length); i++) {
                fields.put(names[i], URLDecoder.decode(values[i], StandardCharsets.UTF_8));
            }
            rows.add(new Row(Map.copyOf(fields)));
        }
        return rows;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
