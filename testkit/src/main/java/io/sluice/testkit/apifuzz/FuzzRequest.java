package io.sluice.testkit.apifuzz;

import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.common.message.ApiMessageType;

/**
 * A request as it goes out.
 *
 * @param api what is asked for
 * @param version the form that it claims to have
 * @param kind what may be expected
 * @param correlationId of its header
 * @param frame all its bytes, beginning with their length
 * @param drawn the last value of each field
 */
record FuzzRequest(
        ApiMessageType api, short version, Kind kind, int correlationId, byte[] frame, Map<String, Object> drawn) {
    /** Under this name the client's id stands among what was drawn. */
    static final String CLIENT = "(client)";

    private static final long LONG_WAIT_MS = 1_000;

    /** What may be expected of an answer. */
    enum Kind {
        /** There must be one. */
        WELL_FORMED,
        /** There may be one, or the end of the connection. */
        MALFORMED
    }

    boolean isWellFormed() {
        return kind == Kind.WELL_FORMED;
    }

    /** Whether a quota may make the connection rest after it. */
    boolean mayBeThrottled() {
        return !FuzzNames.CLIENT_ID.equals(drawn.getOrDefault(CLIENT, FuzzNames.CLIENT_ID));
    }

    /** Whether nobody waits for the answer, which then never comes. */
    boolean isOneWay() {
        return api == ApiMessageType.PRODUCE && drawn.get("acks") instanceof Long acks && acks.shortValue() == 0;
    }

    /** Whether the answer may come much later, when others have done something. */
    boolean mayWait() {
        return switch (api) {
            case JOIN_GROUP, SYNC_GROUP, HEARTBEAT, CONSUMER_GROUP_HEARTBEAT -> true;
            case FETCH -> drawn.get("max_wait_ms") instanceof Long wait && wait.intValue() > LONG_WAIT_MS;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return kind + " " + api + " version " + version + ", frame "
                + HexFormat.of().formatHex(frame);
    }
}
