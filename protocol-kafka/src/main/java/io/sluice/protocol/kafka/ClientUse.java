package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.QuotaMeter;
import io.sluice.broker.api.QuotaMeters;
import io.sluice.protocol.kafka.codec.MutationUse;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's client uses of its quotas. One stands for all requests of a connection as long as user, client id
 * and quotas stay what they are. Owner: the connection's event loop.
 */
final class ClientUse {
    /** For whom nothing is measured. */
    static final ClientUse UNLIMITED = new ClientUse(QuotaMeters.NONE, "", "");

    private static final double NS_PER_PERCENT = 10_000_000;
    private static final int KEY_COUNT = QuotaKey.values().length;

    private final QuotaMeters quotas;
    private final String user;
    private final String clientId;
    private final int version;
    private final @Nullable QuotaMeter[] meters = new @Nullable QuotaMeter[KEY_COUNT];

    private ClientUse(QuotaMeters quotas, String user, String clientId) {
        this.quotas = quotas;
        this.user = user;
        this.clientId = clientId;
        version = quotas.version();
    }

    /** For the next request; {@code last} again if it is still right. Costs next to nothing as long as there is no quota. */
    static ClientUse next(ClientUse last, QuotaMeters quotas, String user, RequestHeader header, ByteBuf frame) {
        boolean isLimited = quotas.isLimited(QuotaKey.PRODUCER_BYTE_RATE)
                || quotas.isLimited(QuotaKey.CONSUMER_BYTE_RATE)
                || quotas.isLimited(QuotaKey.REQUEST_PERCENTAGE)
                || quotas.isLimited(QuotaKey.CONTROLLER_MUTATION_RATE);
        if (!isLimited) {
            return UNLIMITED;
        }
        String clientId = header.clientId(frame);
        boolean isSame = last.quotas == quotas
                && last.version == quotas.version()
                && last.clientId.equals(clientId)
                && last.user.equals(user);
        return isSame ? last : new ClientUse(quotas, user, clientId);
    }

    /** Whether the time that requests take is to be measured. */
    boolean isTimed() {
        return quotas.isLimited(QuotaKey.REQUEST_PERCENTAGE);
    }

    /** A request kept a thread busy for so long. */
    void worked(long durationNs) {
        meter(QuotaKey.REQUEST_PERCENTAGE).record(durationNs / NS_PER_PERCENT);
    }

    /** For how many milliseconds the client must rest because of the time its requests take. */
    int requestRestMs() {
        return quotas.isLimited(QuotaKey.REQUEST_PERCENTAGE)
                ? meter(QuotaKey.REQUEST_PERCENTAGE).waitMs(0)
                : 0;
    }

    /** A Produce request of so many bytes came; answers for how many milliseconds the client must rest. */
    int produced(int lengthBytes) {
        return quotas.isLimited(QuotaKey.PRODUCER_BYTE_RATE)
                ? meter(QuotaKey.PRODUCER_BYTE_RATE).record(lengthBytes)
                : 0;
    }

    /**
     * For how many milliseconds the client must rest before it can fetch as much as its quota gives in one window, or
     * all of {@code wantedBytes} if that is less.
     */
    int fetchRestMs(long wantedBytes) {
        if (!quotas.isLimited(QuotaKey.CONSUMER_BYTE_RATE)) {
            return 0;
        }
        QuotaMeter meter = meter(QuotaKey.CONSUMER_BYTE_RATE);
        return meter.waitMs(Math.min(wantedBytes, meter.perWindow()));
    }

    /** How much of {@code wantedBytes} the client may fetch now; 1 at least, for the first batch is given whole. */
    long fetchBytesMax(long wantedBytes) {
        return quotas.isLimited(QuotaKey.CONSUMER_BYTE_RATE)
                ? (long) Math.max(
                        1,
                        Math.min(wantedBytes, meter(QuotaKey.CONSUMER_BYTE_RATE).allowance()))
                : wantedBytes;
    }

    /** A Fetch answer of so many bytes goes out; answers for how many milliseconds the client must rest. */
    int fetched(long lengthBytes) {
        return quotas.isLimited(QuotaKey.CONSUMER_BYTE_RATE) && lengthBytes > 0
                ? meter(QuotaKey.CONSUMER_BYTE_RATE).record(lengthBytes)
                : 0;
    }

    /** For one request. */
    MutationUse mutations() {
        return quotas.isLimited(QuotaKey.CONTROLLER_MUTATION_RATE)
                ? new MutationUse(meter(QuotaKey.CONTROLLER_MUTATION_RATE))
                : MutationUse.UNLIMITED;
    }

    private QuotaMeter meter(QuotaKey key) {
        QuotaMeter known = meters[key.ordinal()];
        if (known != null && !known.isRetired()) {
            return known;
        }
        QuotaMeter found = quotas.meter(key, user, clientId);
        meters[key.ordinal()] = found;
        return found;
    }
}
