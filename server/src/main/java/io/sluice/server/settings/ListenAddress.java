package io.sluice.server.settings;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A host and a port as a person writes them.
 *
 * @param host name or address, an IPv6 address without its brackets
 * @param port 0 to 65535, or none written
 */
public record ListenAddress(String host, OptionalInt port) {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_HOST_LENGTH = 253;
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "*");

    /** Reads {@code host}, {@code host:port}, {@code [ipv6]} or {@code [ipv6]:port}; empty if it is none of these. */
    public static Optional<ListenAddress> parse(String text) {
        String address = text.strip();
        int hostEnd = address.startsWith("[") ? address.indexOf(']') + 1 : address.lastIndexOf(':');
        if (hostEnd < 0) {
            hostEnd = address.length();
        }
        String host = address.substring(0, hostEnd);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            return Optional.empty();
        }
        String rest = address.substring(hostEnd);
        if (host.isEmpty() || host.length() > MAX_HOST_LENGTH || host.chars().anyMatch(Character::isWhitespace)) {
            return Optional.empty();
        }
        return rest.isEmpty() ? Optional.of(new ListenAddress(host, OptionalInt.empty())) : withPort(host, rest);
    }

    private static Optional<ListenAddress> withPort(String host, String colonAndPort) {
        String digits = colonAndPort.substring(1);
        if (colonAndPort.charAt(0) != ':' || !digits.matches("[0-9]{1,5}")) {
            return Optional.empty();
        }
        int port = Integer.parseInt(digits);
        return port > MAX_PORT ? Optional.empty() : Optional.of(new ListenAddress(host, OptionalInt.of(port)));
    }

    /** Host as a socket takes it: {@code *} is all IPv4 addresses. */
    public String bindHost() {
        return host.equals("*") ? "0.0.0.0" : host;
    }

    /** Host and port as a person writes them; port 0 where none was written. */
    public String text() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port.orElse(0);
    }

    /** Whether a listener bound here listens at every address of the machine, so that it has none to tell clients. */
    public boolean isWildcard() {
        return WILDCARDS.contains(host);
    }
}
