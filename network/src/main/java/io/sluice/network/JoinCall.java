package io.sluice.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One question to a node of a cluster by a broker that does not belong to it yet. */
public final class JoinCall extends SimpleChannelInboundHandler<ByteBuffer> {
    private final PeerSecret secret;
    private final PeerFrames frames;
    private final ByteBuffer hello;
    private final ByteBuffer question;
    private final CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
    private @Nullable ByteBuffer heardHello;
    private boolean isProved;

    private JoinCall(int ownId, PeerSecret secret, PeerFrames frames, ByteBuffer question) {
        super(ByteBuffer.class);
        this.secret = secret;
        this.frames = frames;
        this.question = question;
        hello = PeerHello.fresh(ownId, PeerHello.ANYBODY, "").encode();
    }

    /**
     * Asks the node at the address. Fails with a {@link PeerRefusedException} that says in words why there is no answer.
     * Completes on an event loop.
     */
    public static CompletableFuture<ByteBuffer> ask(
            Transport transport, InetSocketAddress target, Optional<Tls> tls, Asking asking) {
        PeerFrames frames = new PeerFrames();
        JoinCall call = new JoinCall(asking.ownId(), asking.secret(), frames, asking.question());
        ChannelFuture connecting = transport.dial(target, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                tls.ifPresent(keys -> channel.pipeline().addLast("tls", keys.dialingHandler(channel.alloc())));
                channel.pipeline().addLast("frames", frames).addLast("join", call);
            }
        });
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                write(connecting.channel(), call.hello.duplicate());
            } else {
                call.failed("it cannot be reached: " + done.cause().getMessage());
            }
        });
        return call.answer;
    }

    /**
     * Who asks what.
     *
     * @param ownId the node id that the broker wants to have
     * @param secret that of the cluster
     * @param question at most {@link JoinDoor#QUESTION_BYTES_MAX}
     */
    public record Asking(int ownId, PeerSecret secret, ByteBuffer question) {}

    private void failed(String reason) {
        answer.completeExceptionally(new PeerRefusedException(reason));
    }

    private static void write(Channel channel, ByteBuffer message) {
        ByteBuffer length = ByteBuffer.allocate(4).putInt(0, message.remaining());
        channel.writeAndFlush(Unpooled.wrappedBuffer(length, message));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuffer message) {
        ByteBuffer known = heardHello;
        if (known == null) {
            heardHello = message;
        } else if (!isProved) {
            prove(context, known, message);
        } else {
            answer.complete(message);
            context.close();
        }
    }

    private void prove(ChannelHandlerContext context, ByteBuffer heard, ByteBuffer proof) {
        if (PeerHello.decode(heard) == null || !PeerSecret.isSame(proof, secret.proof(false, hello, heard))) {
            failed("it does not know this broker's cluster.token.file, or is no node of a cluster");
            context.close();
            return;
        }
        isProved = true;
        frames.limit(PeerFrames.ANSWER_BYTES_MAX);
        write(context.channel(), secret.proof(true, hello, heard));
        write(context.channel(), question);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        failed("it closed the connection; its log says why");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(String.valueOf(cause.getMessage()));
        context.close();
    }
}
