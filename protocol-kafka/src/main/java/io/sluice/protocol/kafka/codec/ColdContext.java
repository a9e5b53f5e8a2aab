package io.sluice.protocol.kafka.codec;

/**
 * Around one request.
 *
 * @param door the listener's surroundings
 * @param version of the request
 * @param clientId as the client names itself, empty if it does not
 * @param client the connection
 */
public record ColdContext(Door door, short version, String clientId, ClientConnection client) {}
