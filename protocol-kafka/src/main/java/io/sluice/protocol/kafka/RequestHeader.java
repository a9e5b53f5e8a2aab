package io.sluice.protocol.kafka;

import io.netty.buffer.ByteBuf;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.MalformedRequestException;
import java.nio.charset.StandardCharsets;

/**
 * Head of a request, versions 1 and 2 (<a href="https://kafka.apache.org/protocol#protocol_messages">protocol</a>).
 *
 * @param api what is asked
 * @param version of the request; may be one we do not serve, for ApiVersions only
 * @param correlationId comes back in the answer
 * @param clientIdIndex where the client id's bytes begin in the frame
 * @param clientIdBytes how many there are, 0 if it has none
 */
record RequestHeader(KafkaApi api, short version, int correlationId, int clientIdIndex, int clientIdBytes) {
    /** Reads it and leaves the reader index at the body. */
    static RequestHeader read(ByteBuf frame) {
        short key = frame.readShort();
        short version = frame.readShort();
        KafkaApi api = KafkaApi.find(key);
        if (api == null || (!api.serves(version) && api != KafkaApi.API_VERSIONS)) {
            throw new MalformedRequestException("request key " + key + " version " + version + " is not served");
        }
        int correlationId = frame.readInt();
        int clientIdBytes = Math.max(0, frame.readShort());
        int clientIdIndex = frame.readerIndex();
        frame.skipBytes(clientIdBytes);
        if (api.isFlexible(version) && api.serves(version)) {
            Wire.skipTaggedFields(frame);
        }
        return new RequestHeader(api, version, correlationId, clientIdIndex, clientIdBytes);
    }

    String clientId(ByteBuf frame) {
        return frame.toString(clientIdIndex, clientIdBytes, StandardCharsets.UTF_8);
    }
}
