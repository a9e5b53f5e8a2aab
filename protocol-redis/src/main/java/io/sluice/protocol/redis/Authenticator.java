package io.sluice.protocol.redis;

import io.sluice.broker.api.LoginStep;
import io.sluice.broker.api.Logins;
import io.sluice.broker.api.Principal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a name and a password against the broker's users.
 *
 * @param logins offers PLAIN
 */
record Authenticator(Logins logins) {
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    /** Who it is; empty if it is not. Takes its time. */
    Optional<Principal> check(String user, byte[] password) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] message = new byte[name.length + password.length + 2];
        System.arraycopy(name, 0, message, 1, name.length);
        System.arraycopy(password, 0, message, name.length + 2, password.length);
        LoginStep step = logins.begin(Logins.PLAIN)
                .map(exchange -> exchange.next(message))
                .orElseGet(() -> new LoginStep.Failure("no passwords are checked here"));
        Arrays.fill(message, (byte) 0);
        return switch (step) {
            case LoginStep.Success success -> Optional.of(success.principal());
            case LoginStep.Failure failure -> {
                LOG.info(
                        "login failed mechanism=AUTH reason={}",
                        failure.reason().replaceAll("\\p{Cntrl}", "?"));
                yield Optional.empty();
            }
            case LoginStep.Challenge _ -> Optional.empty();
        };
    }

    /** A failure is told late, so that guessing takes time; a timer and no thread waits for it. */
    CompletableFuture<Optional<Principal>> late(Optional<Principal> result, Executor executor) {
        if (result.isPresent()) {
            return CompletableFuture.completedFuture(result);
        }
        Executor later =
                CompletableFuture.delayedExecutor(logins.settings().failureDelayMs(), TimeUnit.MILLISECONDS, executor);
        return CompletableFuture.supplyAsync(() -> result, later);
    }
}
