/**
 * How somebody proves who they are, for every protocol with SASL. {@link io.sluice.broker.login.LocalLogins} knows which ways a
 * door offers; it begins a {@link io.sluice.broker.api.LoginExchange}, which takes the client's messages one after the
 * other: PLAIN (RFC 4616), SCRAM-SHA-256 and -512 (RFC 5802, RFC 7677), OAUTHBEARER (RFC 7628).
 *
 * <p>A step of an exchange may cost milliseconds of hashing or a request to an identity provider, so no event loop calls
 * it. Passwords are checked against what {@code broker.security} keeps of them; no text here holds a secret, and a failure
 * never says to the client what was wrong.
 */
@NullMarked
package io.sluice.broker.login;

import org.jspecify.annotations.NullMarked;
