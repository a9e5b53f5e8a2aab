package io.sluice.protocol.kafka;

/**
 * Bounds of what clients can make the broker hold.
 *
 * @param requestBytesMax largest request, Kafka's socket.request.max.bytes
 * @param requestMemoryBytes received and not yet handled requests of all connections; reading stops there
 * @param answerMemoryBytes fetch answers of all connections that sockets have not taken yet
 * @param fetchBytesMax largest fetch answer, Kafka's fetch.max.bytes
 * @param inFlightMax requests of one connection that are started and not answered
 * @param fetchSessionsMax incremental fetch sessions, Kafka's max.incremental.fetch.session.cache.slots
 * @param shareSessionsMax sessions of share groups' members, Kafka's group.share.max.share.sessions
 * @param stallTimeoutMs a connection that sends hardly anything of a begun request for so long is closed
 */
public record KafkaLimits(
        int requestBytesMax,
        long requestMemoryBytes,
        long answerMemoryBytes,
        int fetchBytesMax,
        int inFlightMax,
        int fetchSessionsMax,
        int shareSessionsMax,
        long stallTimeoutMs) {
    /**
     * Topics and partitions that one Produce or Fetch may name, as many as a node has by default: one takes several times
     * the memory of its bytes.
     */
    static final int NAMED_PARTITIONS_MAX = 200_000;

    /** 100 MiB, 64 MiB, 64 MiB, 55 MiB, 64, 1,000, 2,000, 30 s. */
    public static KafkaLimits defaults() {
        return new KafkaLimits(100 << 20, 64L << 20, 64L << 20, 55 << 20, 64, 1_000, 2_000, 30_000);
    }
}
