package io.sluice.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Ports that a program gets back after it was killed. The system gives a port of its own choice (32768 and above, on
 * Linux) to any connection as soon as nobody listens on it; none of these. Each process of the tests takes a block of
 * them, which it owns by listening on the first. Any thread.
 */
public final class FreePort {
    private static final int LOWEST = 10_000;
    private static final int BLOCK = 500;
    private static final int BLOCK_COUNT = 45;
    private static final String ANY = "127.0.0.1:0";

    private static final ServerSocket OWNED = ownBlock();
    private static int lastOffset;

    private FreePort() {}

    /** A port of the loopback address that nobody listens on, and that no other process of the tests is given. */
    public static synchronized int find() {
        for (int tries = 1; tries < BLOCK; tries++) {
            lastOffset = lastOffset % (BLOCK - 1) + 1;
            int port = OWNED.getLocalPort() + lastOffset;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + OWNED.getLocalPort());
    }

    /** The same settings of a broker, with such a port wherever {@code 127.0.0.1:0} leaves it to the system. */
    public static Map<String, String> chosenIn(Map<String, String> settings) {
        return settings.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        each -> each.getValue().equals(ANY) ? "127.0.0.1:" + find() : each.getValue()));
    }

    private static ServerSocket ownBlock() {
        int first = ThreadLocalRandom.current().nextInt(BLOCK_COUNT);
        for (int each = 0; each < BLOCK_COUNT; each++) {
            try {
                return listen(LOWEST + (first + each) % BLOCK_COUNT * BLOCK);
            } catch (IOException e) {
                // Another process owns it.
            }
        }
        throw new IllegalStateException("no block of ports is free from " + LOWEST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = listen(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
