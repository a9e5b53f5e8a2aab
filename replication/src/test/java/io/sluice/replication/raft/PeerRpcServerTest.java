package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.RaftOutter.EntryMeta;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sluice.common.PeerConnection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What other nodes are told where their calls cannot be taken. */
class PeerRpcServerTest {
    private static final int LIMIT_BYTES = 1_000;

    private final EngineMemory memory = new EngineMemory(LIMIT_BYTES);
    private final List<AppendEntriesRequest> handled = new ArrayList<>();
    private final Recorded connection = new Recorded();

    private static final class Recorded implements PeerConnection {
        private final List<Frame> sent = new ArrayList<>();

        @Override
        public int nodeId() {
            return 2;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean send(ByteBuffer message) {
            return sent.add(Frame.decode(message));
        }

        @Override
        public void close() {}
    }

    private final class Handling implements RpcProcessor<AppendEntriesRequest> {
        @Override
        public void handleRequest(RpcContext context, AppendEntriesRequest request) {
            handled.add(request);
        }

        @Override
        public String interest() {
            return AppendEntriesRequest.class.getName();
        }
    }

    private PeerRpcServer server(Executor executor) {
        PeerRpcServer server = new PeerRpcServer(executor, memory);
        server.register(AppendEntriesRequest.class, new Handling());
        return server;
    }

    private static AppendEntriesRequest entry(long index, int bytes) {
        return AppendEntriesRequest.newBuilder()
                .setGroupId("shard-1")
                .setServerId("n2:0")
                .setPeerId("n1:0")
                .setTerm(1)
                .setPrevLogTerm(1)
                .setPrevLogIndex(index - 1)
                .setCommittedIndex(0)
                .addEntries(EntryMeta.newBuilder()
                        .setTerm(1)
                        .setType(EntryType.ENTRY_TYPE_DATA)
                        .setDataLen(bytes))
                .setData(ByteString.copyFrom(new byte[bytes]))
                .build();
    }

    private Message answer() throws InvalidProtocolBufferException {
        Frame frame = connection.sent.getLast();
        assertThat(frame.isCall()).isFalse();
        return Objects.requireNonNull(MessageKind.of(frame.kind())).parse(frame.content());
    }

    @Test
    void entriesForWhichThereIsNoRoomAreAnsweredBusy() throws InvalidProtocolBufferException {
        Arrivals arrivals = memory.open("shard-1");
        PeerRpcServer server = server(Runnable::run);
        server.received(connection, 1, entry(1, LIMIT_BYTES + 1));
        server.received(connection, 2, entry(2, 1));

        assertThat(handled).hasSize(1);
        assertThat(connection.sent).hasSize(1);
        assertThat(connection.sent.getFirst().call()).isEqualTo(2);
        assertThat(((ErrorResponse) answer()).getErrorCode()).isEqualTo(RaftError.EBUSY.getNumber());

        arrivals.applied(1);
        server.received(connection, 3, entry(2, 1));
        assertThat(handled).hasSize(2);
    }

    @Test
    void aCallThatNoThreadTakesIsAnswered() throws InvalidProtocolBufferException {
        server(refused -> {
                    throw new RejectedExecutionException("too many wait");
                })
                .received(connection, 1, entry(1, 10));

        assertThat(handled).isEmpty();
        assertThat(((ErrorResponse) answer()).getErrorCode()).isEqualTo(RaftError.EBUSY.getNumber());
    }
}
