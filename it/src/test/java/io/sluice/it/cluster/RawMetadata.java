package io.sluice.it.cluster;

import io.sluice.testkit.RawKafkaConnection;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/** What a node says of a topic in answer to one request, which no client would show. */
final class RawMetadata {
    private static final short VERSION = 12;

    private RawMetadata() {}

    /** The topic is not created if it is missing. */
    static MetadataResponseTopic of(RawKafkaConnection connection, String topic) {
        MetadataRequest request = new MetadataRequest(
                new MetadataRequestData()
                        .setAllowAutoTopicCreation(false)
                        .setTopics(List.of(new MetadataRequestTopic().setName(topic))),
                VERSION);
        RequestHeader header = new RequestHeader(request.apiKey(), VERSION, "raw", 0);
        ByteBuffer body =
                RequestUtils.serialize(header.data(), header.headerVersion(), request.data(), request.version());
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + body.remaining());
        frame.putInt(body.remaining()).put(body).flip();
        ByteBuffer answer = connection.call(frame);
        // The correlation id, and no tagged fields.
        answer.position(Integer.BYTES + 1);
        return new MetadataResponseData(new ByteBufferAccessor(answer), VERSION)
                .topics()
                .iterator()
                .next();
    }
}
