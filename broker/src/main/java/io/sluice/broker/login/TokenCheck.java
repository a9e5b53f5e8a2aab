package io.sluice.broker.login;

import io.sluice.broker.api.LoginStep;

/** Says whose a bearer token is. Any thread; may block. */
public interface TokenCheck {
    /** A success with the principal and the token's end, or a failure whose reason does not hold the token. */
    LoginStep check(String token);
}
