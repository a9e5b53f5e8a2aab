package io.sluice.server.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks the running broker of a data directory. One thread. */
public final class ControlClient {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final String DONE = "done";
    private static final String FAILED = "failed: ";

    private final ControlFile control;

    private ControlClient(ControlFile control) {
        this.control = control;
    }

    /** The broker could not or would not do it; the message is the one line that says what to do. */
    public static final class ControlException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ControlException(String message) {
            super(message);
        }
    }

    /** For the directory's broker; empty if none runs there that can be asked. */
    public static Optional<ControlClient> of(Path directory) {
        return ControlFile.read(directory).map(ControlClient::new).filter(ControlClient::isThere);
    }

    private boolean isThere() {
        try (HttpClient client = client()) {
            HttpRequest request = request("/healthz").timeout(CONNECT_LIMIT).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build();
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create("http://" + control.http() + pathAndQuery));
    }

    /** Asks and hands over each line as it comes; returns when it is done. Throws {@link ControlException}. */
    public void ask(String path, Map<String, String> parameters, Consumer<String> lines) {
        String query = parameters.entrySet().stream()
                .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest request = request(path + "?" + query)
                .header("Authorization", "Bearer " + control.token())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient client = client()) {
            HttpResponse<Stream<String>> answer = client.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> body = answer.body()) {
                follow(answer.statusCode(), body, lines);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ControlException("the broker at " + control.http() + " ended the conversation: " + e.getMessage()
                    + "; look at its log");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlException("interrupted");
        }
    }

    private static void follow(int status, Stream<String> body, Consumer<String> lines) {
        String[] last = {""};
        body.forEach(line -> {
            if (!last[0].isEmpty()) {
                lines.accept(last[0]);
            }
            last[0] = line;
        });
        if (status != 200 || !last[0].equals(DONE)) {
            throw new ControlException(
                    last[0].startsWith(FAILED) ? last[0].substring(FAILED.length()) : "the broker refuses: " + last[0]);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
