package io.sluice.protocol.kafka.codec;

import io.sluice.broker.api.LoginExchange;
import io.sluice.broker.api.LoginStep;
import io.sluice.broker.api.Logins;
import io.sluice.broker.api.Principal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the login of one connection stands.
 *
 * <pre>
 *   HANDSHAKE ──SaslHandshake──► EXCHANGE ──token──► CHECKING ──challenge──► EXCHANGE
 *       │                                               │ success ──► DONE ──SaslHandshake, if sessions end──► EXCHANGE
 *       └──mechanism not offered──► FAILED ◄──failure───┘
 * </pre>
 *
 * While it is CHECKING the connection handles no further request, so that a request that came with the token is handled
 * as who the token says. Owner: the connection's event loop, but for CHECKING, during which the checking thread owns it.
 */
public final class Authentication {
    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
    /** Kafka's default of {@code sasl.server.max.receive.size}. */
    private static final int UNPROVED_REQUEST_BYTES_MAX = 512 << 10;

    private final Logins logins;
    private final LoginCounters counters;
    private final Executor blocking;
    private final String host;
    private final Consumer<Principal> whenProved;
    private volatile Stage stage;
    private volatile boolean isRaw;
    private volatile long endsWallMs = Long.MAX_VALUE;
    private volatile String mechanism = "";
    private volatile @Nullable Principal principal;
    private volatile @Nullable LoginExchange exchange;

    private enum Stage {
        HANDSHAKE,
        EXCHANGE,
        CHECKING,
        DONE,
        FAILED
    }

    /**
     * Of a client at the address that came by the door; {@code whenProved} hears on a checking thread who it is, before
     * anything else is asked.
     */
    public Authentication(Door door, String host, Consumer<Principal> whenProved) {
        logins = door.logins();
        counters = door.loginCounters();
        blocking = door.blocking();
        this.host = host;
        this.whenProved = whenProved;
        stage = logins.isRequired() ? Stage.HANDSHAKE : Stage.DONE;
    }

    /** Why the request cannot be asked now; null if it can. The connection of one that cannot is closed, as by Kafka. */
    public @Nullable String whyNot(KafkaApi api) {
        boolean isAdmitted = switch (stage) {
            case HANDSHAKE -> api == KafkaApi.API_VERSIONS || api == KafkaApi.SASL_HANDSHAKE;
            case EXCHANGE -> api == KafkaApi.SASL_AUTHENTICATE;
            case CHECKING, FAILED -> false;
            case DONE -> api == KafkaApi.SASL_HANDSHAKE || logins.wallMs() < endsWallMs;
        };
        if (isAdmitted) {
            return null;
        }
        return stage == Stage.DONE ? "its login has ended" : api + " before it has logged in";
    }

    /** Whether the next request may be looked at. */
    public boolean isReady() {
        return stage != Stage.CHECKING && stage != Stage.FAILED;
    }

    /** Whether the connection is to be closed after what is answered now. */
    public boolean isFailed() {
        return stage == Stage.FAILED;
    }

    /** Whether the next frame is a token without a request around it, as before KIP-152. */
    public boolean isRaw() {
        return isRaw && stage == Stage.EXCHANGE;
    }

    /** Largest request that is taken from this client now. */
    public int requestBytesMax(int provedMax) {
        return stage == Stage.DONE ? provedMax : Math.min(provedMax, UNPROVED_REQUEST_BYTES_MAX);
    }

    /** Mechanisms offered. */
    public List<String> mechanisms() {
        return logins.settings().mechanisms();
    }

    /** How a handshake ended. */
    public enum Handshake {
        /** Tokens are expected. */
        BEGUN,
        /** There is no such mechanism here; the connection ends. */
        NOT_OFFERED,
        /** The login is at another place. */
        NOT_NOW
    }

    /** The client chooses a mechanism; {@code isRawNext} if its tokens will come without requests. */
    public Handshake handshake(String wanted, boolean isRawNext) {
        boolean mayRenew = stage == Stage.DONE && endsWallMs != Long.MAX_VALUE;
        if (stage != Stage.HANDSHAKE && !mayRenew) {
            return Handshake.NOT_NOW;
        }
        Optional<LoginExchange> begun = logins.begin(wanted);
        if (begun.isEmpty()) {
            counters.failed(wanted);
            stage = Stage.FAILED;
            return Handshake.NOT_OFFERED;
        }
        boolean isOther = mayRenew && !wanted.equals(mechanism);
        exchange = isOther ? message -> new LoginStep.Failure("a login is renewed by its own mechanism") : begun.get();
        mechanism = wanted;
        isRaw = isRawNext;
        stage = Stage.EXCHANGE;
        return Handshake.BEGUN;
    }

    /**
     * What the client gets for its token.
     *
     * @param isOk whether the login goes on or has succeeded
     * @param bytes for the client
     * @param sessionMs how long the login holds, 0 if it does not end or is not done
     */
    public record Outcome(boolean isOk, byte[] bytes, long sessionMs) {
        private static final Outcome FAILED = new Outcome(false, new byte[0], 0);
    }

    /** Whether tokens are taken now. */
    public boolean takesTokens() {
        return stage == Stage.EXCHANGE;
    }

    /** Name of the mechanism in use. */
    public String mechanism() {
        return mechanism;
    }

    /** Takes a token; the answer comes on a checking thread, late if it is a failure. On the event loop. */
    public CompletableFuture<Outcome> authenticate(byte[] token) {
        LoginExchange current = exchange;
        if (stage != Stage.EXCHANGE || current == null) {
            throw new IllegalStateException("a token while " + stage);
        }
        stage = Stage.CHECKING;
        return CompletableFuture.supplyAsync(() -> current.next(token), blocking)
                .thenCompose(step -> switch (step) {
                    case LoginStep.Challenge challenge -> {
                        stage = Stage.EXCHANGE;
                        yield CompletableFuture.completedFuture(new Outcome(true, challenge.bytes(), 0));
                    }
                    case LoginStep.Success success -> succeeded(success);
                    case LoginStep.Failure failure -> failed(failure.reason());
                })
                .whenComplete((outcome, unexpected) -> {
                    if (unexpected != null) {
                        // Otherwise the connection would wait for the end of a check that has ended.
                        stage = Stage.FAILED;
                    }
                });
    }

    private CompletableFuture<Outcome> succeeded(LoginStep.Success success) {
        Principal before = principal;
        if (before != null && !before.equals(success.principal())) {
            return failed("a renewed login must be of " + before + ", not of " + success.principal());
        }
        long now = logins.wallMs();
        long maxMs = logins.settings().sessionMaxMs();
        // As in Kafka, sessions end only where they are limited: then also with the token that proved them.
        long sessionMs = maxMs == 0 ? 0 : Math.max(1, Math.min(maxMs, success.expiresWallMs() - now));
        endsWallMs = sessionMs == 0 ? Long.MAX_VALUE : now + sessionMs;
        principal = success.principal();
        exchange = null;
        if (before == null) {
            whenProved.accept(success.principal());
        }
        counters.succeeded(mechanism);
        stage = Stage.DONE;
        return CompletableFuture.completedFuture(new Outcome(true, success.bytes(), sessionMs));
    }

    /** The delay makes guessing slow; a timer and no thread waits for it. */
    private CompletableFuture<Outcome> failed(String reason) {
        counters.failed(mechanism);
        LOG.info("login failed host={} mechanism={} reason={}", host, mechanism, printable(reason));
        exchange = null;
        Executor later =
                CompletableFuture.delayedExecutor(logins.settings().failureDelayMs(), TimeUnit.MILLISECONDS, blocking);
        return CompletableFuture.supplyAsync(
                () -> {
                    stage = Stage.FAILED;
                    return Outcome.FAILED;
                },
                later);
    }

    /** Names come from clients: nothing in them may end the log's line. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
