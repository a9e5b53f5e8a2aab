package io.sluice.server;

import io.sluice.server.node.BrokerNode;
import picocli.CommandLine.IVersionProvider;

/** Which Sluice this is. */
final class Version implements IVersionProvider {
    /** Made by picocli. */
    Version() {}

    @Override
    public String[] getVersion() {
        return new String[] {"sluice " + BrokerNode.version()};
    }
}
