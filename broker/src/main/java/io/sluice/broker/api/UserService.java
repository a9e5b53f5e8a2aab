package io.sluice.broker.api;

import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Users that log in with a password (KIP-554). What is stored of a password is salted and iterated; it cannot be read
 * back, not by any call here. Any thread.
 */
public interface UserService {
    /** Every user, by name. Needs DESCRIBE on the cluster. */
    Result<Map<String, User>> all();

    /**
     * Changes credentials: each change succeeds or fails by itself, with UNACCEPTABLE_CREDENTIAL or RESOURCE_NOT_FOUND;
     * an answer for each. Durable when it completes; connections that are open stay. Needs ALTER on the cluster.
     */
    CompletableFuture<Result<List<ErrorCode>>> change(List<UserChange> changes);

    /**
     * A user.
     *
     * @param name case-sensitive
     * @param iterations of each credential it has, at least one
     */
    record User(String name, Map<ScramMechanism, Integer> iterations) {
        public User {
            iterations = Map.copyOf(iterations);
        }
    }

    /** One change of one credential. */
    sealed interface UserChange {
        /** Whose. */
        String user();

        /** Which. */
        ScramMechanism mechanism();
    }

    /**
     * Sets a credential, new or instead of the one there.
     *
     * @param user not empty
     * @param mechanism which
     * @param iterations {@link ScramMechanism#ITERATIONS_MIN} to {@link ScramMechanism#ITERATIONS_MAX}
     * @param salt random
     * @param saltedPassword RFC 5802's SaltedPassword; not kept
     */
    record SetCredential(String user, ScramMechanism mechanism, int iterations, byte[] salt, byte[] saltedPassword)
            implements UserChange {
        private static final int SALT_BYTES = 24;

        /** What gives a user this password, which is not empty, by every mechanism; takes milliseconds each. */
        public static List<UserChange> ofPassword(String user, String password, RandomGenerator random) {
            List<UserChange> changes = new ArrayList<>();
            for (ScramMechanism mechanism : ScramMechanism.values()) {
                byte[] salt = new byte[SALT_BYTES];
                random.nextBytes(salt);
                byte[] salted = mechanism.salted(password.toCharArray(), salt, ScramMechanism.ITERATIONS_MIN);
                changes.add(new SetCredential(user, mechanism, ScramMechanism.ITERATIONS_MIN, salt, salted));
            }
            return changes;
        }

        /** Shows no secret. */
        @Override
        public String toString() {
            return "SetCredential[user=" + user + ", mechanism=" + mechanism + ", iterations=" + iterations + "]";
        }
    }

    /**
     * Removes a credential; the last one takes the user with it.
     *
     * @param user of this name
     * @param mechanism which
     */
    record RemoveCredential(String user, ScramMechanism mechanism) implements UserChange {}
}
