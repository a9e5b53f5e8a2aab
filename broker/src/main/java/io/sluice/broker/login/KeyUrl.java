package io.sluice.broker.login;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import io.sluice.common.Clock;
import java.io.IOException;
import java.net.URL;
import java.text.ParseException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JSON Web Key Set at an URL of the issuer. It is fetched when it is first needed, when it is old, and when a token names
 * a key that is not in it, so that an issuer may change its keys at any time. While the issuer cannot be reached the last
 * good set serves on. Any thread; may wait for the issuer, one thread at a time.
 */
final class KeyUrl implements JWKSource<SecurityContext> {
    /** Younger keys are not fetched again, so a key that the issuer takes back is good for so long. */
    static final long FRESH_MS = TimeUnit.MINUTES.toMillis(5);

    /** The last good set serves no longer: whoever keeps us from the issuer could keep a key alive that it took back. */
    static final long USABLE_MS = TimeUnit.HOURS.toMillis(24);

    /** Between two questions after a failure, or because of keys that nobody knows: anybody may name such. */
    static final long PAUSE_MS = TimeUnit.SECONDS.toMillis(5);

    private static final Logger LOG = LoggerFactory.getLogger(KeyUrl.class);

    private final URL url;
    private final ResourceRetriever retriever;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock();
    private final Pause afterFailure = new Pause();
    private final Pause afterMiss = new Pause();
    private volatile @Nullable Fetched last;

    /** Asks for nothing yet. */
    KeyUrl(URL url, ResourceRetriever retriever, Clock clock) {
        this.url = url;
        this.retriever = retriever;
        this.clock = clock;
    }

    /** What the issuer gave, how many times it gave something before, and when. */
    private record Fetched(JWKSet keys, int number, long atMs) {}

    /** Whether something may be done again. Guarded by {@link #asking}. */
    private static final class Pause {
        private boolean hasBegun;
        private long beganMs;

        void begin(long nowMs) {
            hasBegun = true;
            beganMs = nowMs;
        }

        boolean isOver(long nowMs) {
            return !hasBegun || nowMs - beganMs >= PAUSE_MS;
        }
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        Fetched known = fresh();
        List<JWK> found = selector.select(known.keys());
        return found.isEmpty() ? selector.select(afterMissIn(known).keys()) : found;
    }

    /** Keys that are not old, or the old ones if there are no others. */
    private Fetched fresh() throws KeySourceException {
        Fetched known = last;
        if (known != null && ageMs(known) < FRESH_MS) {
            return known;
        }
        asking.lock();
        try {
            Fetched newest = last;
            boolean isOld = newest == null || ageMs(newest) >= FRESH_MS;
            if (isOld && afterFailure.isOver(nowMs())) {
                newest = fetch(newest);
            }
            if (newest == null || ageMs(newest) >= USABLE_MS) {
                throw new KeySourceException("the issuer does not give its keys");
            }
            return newest;
        } finally {
            asking.unlock();
        }
    }

    /** The keys of now, if somebody asked since or may ask; else those that are known. */
    private Fetched afterMissIn(Fetched known) {
        asking.lock();
        try {
            Fetched newest = last;
            if (newest != null && newest.number() > known.number()) {
                return newest;
            }
            if (!afterMiss.isOver(nowMs()) || !afterFailure.isOver(nowMs())) {
                return known;
            }
            afterMiss.begin(nowMs());
            Fetched fetched = fetch(known);
            return fetched == null ? known : fetched;
        } finally {
            asking.unlock();
        }
    }

    /** What the issuer has; what is known already if it does not tell. */
    private @Nullable Fetched fetch(@Nullable Fetched known) {
        try {
            JWKSet keys = JWKSet.parse(retriever.retrieveResource(url).getContent());
            Fetched fetched = new Fetched(keys, known == null ? 0 : known.number() + 1, nowMs());
            last = fetched;
            return fetched;
        } catch (IOException | ParseException e) {
            afterFailure.begin(nowMs());
            LOG.warn(
                    "keys of issuer host={} cannot be had: {}; {}",
                    url.getHost(),
                    e.getMessage(),
                    known == null ? "tokens are refused" : "those of before serve on");
            return known;
        }
    }

    private long ageMs(Fetched fetched) {
        return nowMs() - fetched.atMs();
    }

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
    }
}
