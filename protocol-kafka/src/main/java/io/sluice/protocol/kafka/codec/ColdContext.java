package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.Broker;
import java.util.concurrent.Executor;

/**
 * Around one request.
 *
 * @param door the listener's surroundings
 * @param version of the request
 * @param clientId as the client names itself, empty if it does not
 * @param client the connection
 * @param mutations what the request uses of its client's quota of changes
 * @param loop the connection's event loop; runs nothing any more once that has ended
 */
public record ColdContext(
        Door door, short version, String clientId, ClientConnection client, MutationUse mutations, Executor loop) {
    /** The broker as this client may use it; handlers call no other. */
    public Broker broker() {
        return client.broker();
    }
}
