package io.sluice.replication.raft;

import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.SPI;
import org.jspecify.annotations.Nullable;

/**
 * Where the engine gets its messages' way from: found by its service loader, one for the process. So it knows no node; a
 * client learns whose it is from the options that the engine hands it. Public for the loader only.
 */
@SPI(name = "sluice", priority = 100)
public final class PeerRpcFactory implements RaftRpcFactory {
    /** For the service loader. */
    public PeerRpcFactory() {}

    @Override
    public void registerProtobufSerializer(String className, Object... arguments) {}

    @Override
    public RpcClient createRpcClient(@Nullable ConfigHelper<RpcClient> helper) {
        return new PeerRpcClient();
    }

    /** Nobody asks: members make their servers themselves. */
    @Override
    public RpcServer createRpcServer(Endpoint endpoint, @Nullable ConfigHelper<RpcServer> helper) {
        throw new IllegalStateException("a member of a cluster makes its own server");
    }
}
