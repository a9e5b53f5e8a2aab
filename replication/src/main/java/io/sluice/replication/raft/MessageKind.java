package io.sluice.replication.raft;

import com.alipay.sofa.jraft.rpc.RpcRequests;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engine's messages that nodes send each other, by their number on the wire, which never changes. */
enum MessageKind {
    ERROR(1, RpcRequests.ErrorResponse.class, RpcRequests.ErrorResponse.parser()),
    PING(2, RpcRequests.PingRequest.class, RpcRequests.PingRequest.parser()),
    VOTE(3, RpcRequests.RequestVoteRequest.class, RpcRequests.RequestVoteRequest.parser()),
    VOTE_ANSWER(4, RpcRequests.RequestVoteResponse.class, RpcRequests.RequestVoteResponse.parser()),
    APPEND(5, RpcRequests.AppendEntriesRequest.class, RpcRequests.AppendEntriesRequest.parser()),
    APPEND_ANSWER(6, RpcRequests.AppendEntriesResponse.class, RpcRequests.AppendEntriesResponse.parser()),
    INSTALL(7, RpcRequests.InstallSnapshotRequest.class, RpcRequests.InstallSnapshotRequest.parser()),
    INSTALL_ANSWER(8, RpcRequests.InstallSnapshotResponse.class, RpcRequests.InstallSnapshotResponse.parser()),
    TIMEOUT_NOW(9, RpcRequests.TimeoutNowRequest.class, RpcRequests.TimeoutNowRequest.parser()),
    TIMEOUT_NOW_ANSWER(10, RpcRequests.TimeoutNowResponse.class, RpcRequests.TimeoutNowResponse.parser()),
    READ_INDEX(11, RpcRequests.ReadIndexRequest.class, RpcRequests.ReadIndexRequest.parser()),
    READ_INDEX_ANSWER(12, RpcRequests.ReadIndexResponse.class, RpcRequests.ReadIndexResponse.parser());

    private static final Map<Class<?>, MessageKind> BY_CLASS = new HashMap<>();
    private static final MessageKind[] BY_CODE = new MessageKind[16];

    static {
        for (MessageKind kind : values()) {
            BY_CLASS.put(kind.messageClass, kind);
            BY_CODE[kind.code] = kind;
        }
    }

    private final byte code;
    private final Class<? extends Message> messageClass;
    private final Parser<? extends Message> parser;

    <M extends Message> MessageKind(int code, Class<M> messageClass, Parser<M> parser) {
        this.code = (byte) code;
        this.messageClass = messageClass;
        this.parser = parser;
    }

    byte code() {
        return code;
    }

    /** Null if nodes do not send such messages. */
    static @Nullable MessageKind of(Object message) {
        return BY_CLASS.get(message.getClass());
    }

    /** Null if the number is not known. */
    static @Nullable MessageKind of(byte code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** The message in the remaining bytes, which it keeps: nobody may change them. */
    Message parse(ByteBuffer bytes) throws InvalidProtocolBufferException {
        CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        input.enableAliasing(true);
        Message message = parser.parseFrom(input);
        input.checkLastTagWas(0);
        return message;
    }
}
