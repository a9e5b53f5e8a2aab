package io.sluice.broker.api;

/**
 * Somebody at the other end of a connection, as far as the broker's access model needs to know.
 *
 * @param principal who it is, once that is proved; {@link Principal#ANONYMOUS} where nothing was to be proved
 * @param host its address without port and without slash, as rules write it
 */
public record Caller(Principal principal, String host) {}
