package io.sluice.it.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Tells keys by HTTP on this machine, as long as it is told to. */
final class TokenIssuer implements AutoCloseable {
    private static final int UNAVAILABLE = 503;

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final HttpServer server;
    private final String scheme;
    private volatile String keys = "";

    private TokenIssuer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/keys", this::serve);
        server.start();
    }

    /** In the clear. */
    static TokenIssuer open() {
        try {
            return new TokenIssuer(HttpServer.create(ANY_PORT, 0), "http");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By TLS, with key and certificate of the PKCS#12 file. */
    static TokenIssuer encrypted(Path store) {
        try {
            HttpsServer server = HttpsServer.create(ANY_PORT, 0);
            server.setHttpsConfigurator(new HttpsConfigurator(Certificates.serving(store)));
            return new TokenIssuer(server, "https");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = keys.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            if (body.length == 0) {
                exchange.sendResponseHeaders(UNAVAILABLE, -1);
            } else {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    }

    /** From now on; it has none if empty. */
    void tell(String newKeys) {
        keys = newKeys;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
