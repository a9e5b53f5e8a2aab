package io.sluice.testkit.cluster;

import io.sluice.testkit.BrokerCommand;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A {@link FaultyPort} in front of each node, which the others are told instead of its own. Clients do not pass through it. */
final class ProxiedNetwork implements NodeNetwork {
    private final FaultyNetwork lines;
    private final Map<Integer, FaultyPort> ports = new HashMap<>();

    /** The seed decides about delays. */
    ProxiedNetwork(long seed) {
        lines = new FaultyNetwork(seed);
    }

    @Override
    public Map<String, String> settings(int id) {
        FaultyPort port = new FaultyPort(lines, id);
        ports.put(id, port);
        return Map.of("cluster.listen", PlainNetwork.ANY_LOOPBACK_PORT, "cluster.advertise", port.address());
    }

    @Override
    public BrokerCommand placed(int id, BrokerCommand command) {
        return command;
    }

    @Override
    public void began(int id, String address) {
        Objects.requireNonNull(ports.get(id)).passOnTo(address);
    }

    @Override
    public void lose(int from, int to) {
        lines.line(from, to).cut();
    }

    @Override
    public void slow(int limitMs) {
        lines.slow(limitMs);
    }

    @Override
    public void tear() {
        ports.values().forEach(FaultyPort::tear);
    }

    @Override
    public boolean hasCables() {
        return false;
    }

    @Override
    public void unplug(int id) {
        throw new IllegalStateException("clients reach node " + id + " without a cable");
    }

    @Override
    public void heal() {
        lines.heal();
    }

    @Override
    public void close() {
        ports.values().forEach(FaultyPort::close);
    }
}
