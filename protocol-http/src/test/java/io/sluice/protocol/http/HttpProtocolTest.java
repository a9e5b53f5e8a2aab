package io.sluice.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.Metric;
import io.sluice.common.SeriesSource;
import io.sluice.network.ListenerSettings;
import io.sluice.network.Transport;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpProtocolTest {
    private static final String TOKEN = "t0ken";
    private static final int SERIES = 20_000;

    private final Transport transport = Transport.start(1, false);
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicBoolean ready = new AtomicBoolean();
    private final HttpProtocol http = HttpProtocol.start(
            transport,
            ListenerSettings.of("http", "127.0.0.1", 0),
            Optional.empty(),
            new HttpServices(
                    () -> ready.get() ? Optional.empty() : Optional.of("it waits for the test"),
                    List.of(consumer -> consumer.accept(Metric.counter("things_total", "Things.", 7))),
                    List.of(this::manySeries),
                    Map.of("/admin/echo", this::echo),
                    TOKEN,
                    task -> Thread.ofVirtual().start(task)));

    private void manySeries(SeriesSource.SeriesConsumer consumer) {
        consumer.family("many", Metric.Kind.GAUGE, "Many.", List.of("number"));
        for (int i = 0; i < SERIES; i++) {
            consumer.sample(Integer.toString(i), i);
        }
    }

    private void echo(Map<String, String> parameters, Consumer<String> lines) {
        lines.accept("first " + parameters.get("say"));
        if (parameters.containsKey("refuse")) {
            throw new AdminAction.RefusedException("no");
        }
        if (parameters.containsKey("break")) {
            throw new IllegalStateException("broken");
        }
    }

    @AfterAll
    void stop() {
        client.close();
        http.stop(Duration.ofSeconds(1));
        transport.close();
    }

    @Test
    void healthIsOkAsSoonAsItAnswers() throws Exception {
        HttpResponse<String> answer = get("/healthz");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok\n");
    }

    @Test
    void readinessFollowsTheBroker() throws Exception {
        ready.set(false);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        ready.set(true);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsShowEverySourceAndTheListenerItself() throws Exception {
        HttpResponse<String> answer = get("/metrics?name=ignored");

        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body()).contains("things_total 7\n", "sluice_connections{listener=\"http\"} ");
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        HttpResponse<String> post = send(request("/healthz").POST(HttpRequest.BodyPublishers.ofString("x")));

        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/healthz/").statusCode()).isEqualTo(404);
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).contains("GET, HEAD");
    }

    @Test
    void headTellsTheLengthWithoutTheBody() throws Exception {
        HttpResponse<String> answer = send(request("/healthz").HEAD());

        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("content-length")).contains("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0016\u0003\u0001 hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9.9\r\n\r\n"})
    void whatIsNoHttpIsRefusedAndTheConnectionClosed(String bytes) throws Exception {
        assertThat(exchangeUntilClosed(bytes)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aRequestLineOrHeadersWithoutEndAreCutOff() throws Exception {
        assertThat(exchangeUntilClosed("GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(exchangeUntilClosed("GET / HTTP/1.1\r\nX: " + "a".repeat(9000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void requestsSentTogetherAreAnsweredInOrder() throws Exception {
        String answers = exchangeUntilClosed(
                "GET /healthz HTTP/1.1\r\n\r\nGET /nothing HTTP/1.1\r\n\r\nGET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");

        assertThat(answers.lines().filter(line -> line.startsWith("HTTP/1.1")))
                .containsExactly("HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK");
    }

    @Test
    void anAnswerOfAnyLengthComesInPiecesAndWhole() throws Exception {
        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.headers().firstValue("transfer-encoding")).contains("chunked");
        assertThat(answer.body().lines().filter(line -> line.startsWith("many{")))
                .hasSize(SERIES);
        assertThat(answer.body()).endsWith("many{number=\"" + (SERIES - 1) + "\"} " + (SERIES - 1) + "\n");
    }

    @Test
    void requestsBehindAnAnswerInPiecesWaitForTheirTurn() throws Exception {
        String answers =
                exchangeUntilClosed("GET /metrics HTTP/1.1\r\n\r\nGET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");

        assertThat(answers.lines().filter(line -> line.startsWith("HTTP/1.1"))).hasSize(2);
        assertThat(answers).endsWith("\r\n\r\nok\n");
        assertThat(answers.indexOf("many{number=\"" + (SERIES - 1))).isLessThan(answers.lastIndexOf("HTTP/1.1 200"));
    }

    @Test
    void anOldClientGetsTheAnswerWithoutPieces() throws Exception {
        String answer = exchangeUntilClosed("GET /metrics HTTP/1.0\r\n\r\n");

        assertThat(answer.lines().filter(line -> line.startsWith("many{"))).hasSize(SERIES);
        assertThat(answer).endsWith("} " + (SERIES - 1) + "\n");
    }

    @Test
    void anActionNeedsTheTokenAndThePostMethod() throws Exception {
        var nobody = HttpRequest.BodyPublishers.noBody();

        assertThat(send(request("/admin/echo?say=x").POST(nobody)).statusCode()).isEqualTo(401);
        assertThat(send(request("/admin/echo?say=x")
                                .header("authorization", "Bearer wrong")
                                .POST(nobody))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/admin/echo?say=x")
                                .header("authorization", "Bearer " + TOKEN)
                                .GET())
                        .statusCode())
                .isEqualTo(405);
        HttpResponse<String> done = send(request("/admin/echo?say=a%20b")
                .header("authorization", "Bearer " + TOKEN)
                .POST(nobody));
        assertThat(done.body()).isEqualTo("first a b\ndone\n");
    }

    @Test
    void anActionThatIsRefusedSaysWhyAndOneThatBreaksNeverLooksDone() throws Exception {
        var nobody = HttpRequest.BodyPublishers.noBody();
        HttpResponse<String> refused = send(request("/admin/echo?say=x&refuse=1")
                .header("authorization", "Bearer " + TOKEN)
                .POST(nobody));

        assertThat(refused.body()).isEqualTo("first x\nfailed: no\n");
        assertThatThrownBy(() -> send(request("/admin/echo?say=x&break=1")
                        .header("authorization", "Bearer " + TOKEN)
                        .POST(nobody)))
                .isInstanceOf(IOException.class);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + http.boundAddress().getPort() + path));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private String exchangeUntilClosed(String bytes) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.boundAddress().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
