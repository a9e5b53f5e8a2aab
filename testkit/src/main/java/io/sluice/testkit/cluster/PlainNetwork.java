package io.sluice.testkit.cluster;

import io.sluice.testkit.BrokerCommand;
import java.util.Map;

/** The loopback interface, of which nothing can be damaged. */
final class PlainNetwork implements NodeNetwork {
    static final String ANY_LOOPBACK_PORT = "127.0.0.1:0";

    @Override
    public Map<String, String> settings(int id) {
        return Map.of("cluster.listen", ANY_LOOPBACK_PORT);
    }

    @Override
    public BrokerCommand placed(int id, BrokerCommand command) {
        return command;
    }

    @Override
    public void began(int id, String address) {}

    private static IllegalStateException isWhole() {
        return new IllegalStateException("these nodes speak to each other directly");
    }

    @Override
    public void lose(int from, int to) {
        throw isWhole();
    }

    @Override
    public void slow(int limitMs) {
        throw isWhole();
    }

    @Override
    public void tear() {
        throw isWhole();
    }

    @Override
    public boolean hasCables() {
        return false;
    }

    @Override
    public void unplug(int id) {
        throw isWhole();
    }

    @Override
    public void heal() {
        throw isWhole();
    }

    @Override
    public void close() {}
}
