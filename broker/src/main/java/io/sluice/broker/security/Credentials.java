package io.sluice.broker.security;

import io.sluice.broker.api.ScramMechanism;
import java.util.Optional;

/** Where those who check passwords find what is kept of them. Never given to a client. Any thread; never blocks. */
public interface Credentials {
    /** Nobody has a password. */
    Credentials NONE = (user, mechanism) -> Optional.empty();

    /** The user's credential of that mechanism. */
    Optional<ScramCredential> find(String user, ScramMechanism mechanism);
}
