package io.sluice.it.redis;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.RespConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A broker that the tests of a class share; connections end with the test that opened them. */
final class SharedBroker implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final Supplier<Path> folder;
    private final String[] settings;
    private final List<RespConnection> connections = new ArrayList<>();
    private BrokerNode node;

    SharedBroker(Supplier<Path> folder, String... settings) {
        this.folder = folder;
        this.settings = settings;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        node = RedisNode.start(folder.get(), settings);
    }

    /** HOST:PORT. */
    String address() {
        return node.redisAddress().orElseThrow();
    }

    RespConnection connect() {
        RespConnection connection = RespConnection.open(address());
        connections.add(connection);
        return connection;
    }

    /** Returns once so many clients wait for entries, as the connection is told. */
    static void awaitBlocked(RespConnection asking, int clients) {
        while (!asking.call("INFO", "clients").toString().contains("blocked_clients:" + clients)) {
            Thread.onSpinWait();
        }
    }

    /** A connection to a broker that has forgotten what earlier tests left. */
    RespConnection emptied() {
        RespConnection connection = connect();
        connection.call("FLUSHALL");
        return connection;
    }

    /** Stops the broker, starts it again and connects. */
    RespConnection restart() {
        node.close();
        node = RedisNode.start(folder.get(), settings);
        return connect();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        connections.forEach(RespConnection::close);
        connections.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        node.close();
    }
}
