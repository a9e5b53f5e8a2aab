package io.sluice.cli.command;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Connects once before the client library does: it would retry a refused connection until its time is over and then
 * only say that time is over.
 */
final class Reachability {

    private static final Duration CONNECT_TIMEOUT_MAX = Duration.ofSeconds(3);

    private Reachability() {}

    /**
     * Returns when one of the addresses takes a connection.
     *
     * @throws CommandException when none does
     */
    static void check(String bootstrap, Duration timeout) {
        List<String> reasons = new ArrayList<>();
        for (String address : bootstrap.split(",", -1)) {
            try (Socket socket = new Socket()) {
                Duration limit = timeout.compareTo(CONNECT_TIMEOUT_MAX) < 0 ? timeout : CONNECT_TIMEOUT_MAX;
                socket.connect(socketAddress(address.strip()), (int) Math.max(1, limit.toMillis()));
                return;
            } catch (IOException unreachable) {
                reasons.add(address.strip() + " (" + reason(unreachable) + ")");
            }
        }
        throw new CommandException("no broker at " + String.join(" nor at ", reasons)
                + "; start one with 'bin/sluice start', or name another with --bootstrap HOST:PORT");
    }

    private static String reason(IOException unreachable) {
        return switch (unreachable) {
            case UnknownHostException unknown -> "unknown host";
            case SocketTimeoutException late -> "no answer";
            case IOException other -> String.valueOf(other.getMessage()).toLowerCase(Locale.ROOT);
        };
    }

    private static InetSocketAddress socketAddress(String address) throws IOException {
        try {
            URI uri = new URI("tcp://" + address);
            if (uri.getHost() == null || uri.getPort() <= 0) {
                throw new CommandException("'" + address + "' is no address; write HOST:PORT, such as 127.0.0.1:9092");
            }
            InetSocketAddress resolved = new InetSocketAddress(uri.getHost(), uri.getPort());
            if (resolved.isUnresolved()) {
                throw new UnknownHostException(uri.getHost());
            }
            return resolved;
        } catch (URISyntaxException malformed) {
            throw new CommandException(
                    "'" + address + "' is no address; write HOST:PORT, such as 127.0.0.1:9092", malformed);
        }
    }
}
