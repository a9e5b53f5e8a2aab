package io.sluice.broker.security;

import io.sluice.broker.api.ScramMechanism;
import java.util.List;
import java.util.Optional;

/** Where those who check passwords find what is kept of them. Never given to a client. Any thread; never blocks. */
public interface Credentials {
    /** The user's credential of that mechanism. */
    Optional<ScramCredential> find(String user, ScramMechanism mechanism);

    /** Everybody's credentials of that mechanism, those of the fewest iterations first. */
    List<ScramCredential> ofMechanism(ScramMechanism mechanism);
}
