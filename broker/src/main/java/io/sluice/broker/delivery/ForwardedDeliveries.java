package io.sluice.broker.delivery;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryOptions;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.broker.api.Topic;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.forward.ForwardedResult;
import io.sluice.common.BrokenInvariantException;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerServices;
import io.sluice.log.ReadSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deliveries as any node of a cluster answers for them: members come to the node that leads their partition, but who
 * coordinates a group, or asks about it, may be elsewhere. What is about a group goes to the leader of its partition, by
 * {@link DeliveryMessages}; what members do stays here. Any thread.
 */
public final class ForwardedDeliveries implements DeliveryService {
    /** Number of the service among nodes. */
    public static final int SERVICE = 5;

    private static final Logger LOG = LoggerFactory.getLogger(ForwardedDeliveries.class);
    private static final long CALL_TIMEOUT_MS = 5_000;
    private static final Empty NOTHING = new Empty();

    private final DeliveryService local;
    private final PeerServices peers;
    private final Leaders leaders;

    /** Who leads what. Any thread. */
    public interface Leaders {
        /** The node that leads the group's partition: 0 if it is this one, nobody, or not known. */
        int elsewhere(DeliveryGroup group);

        /** The other nodes. */
        List<Integer> others();
    }

    private record Empty() {}

    /** From now on answers what other nodes ask; {@code local} are the deliveries of this one. */
    public ForwardedDeliveries(DeliveryService local, PeerServices peers, Leaders leaders) {
        this.local = local;
        this.peers = peers;
        this.leaders = leaders;
        peers.serve(SERVICE, (from, request) -> answer(new ByteReader(request)));
    }

    private CompletableFuture<ByteBuffer> answer(ByteReader in) {
        try {
            int call = in.getByte();
            return call == DeliveryMessages.LIST ? list(in) : answer(call, DeliveryMessages.group(in), in);
        } catch (BrokenInvariantException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    private CompletableFuture<ByteBuffer> list(ByteReader in) {
        return local.list(DeliveryMessages.optionalKind(in), in.getOptionalText())
                .thenApply(found -> {
                    ByteWriter out = new ByteWriter();
                    ForwardedResult.writeAll(out, found, DeliveryMessages::write);
                    return out.toBuffer();
                });
    }

    private CompletableFuture<ByteBuffer> answer(int call, DeliveryGroup group, ByteReader in) {
        return switch (call) {
            case DeliveryMessages.OPEN -> told(local.open(group));
            case DeliveryMessages.RELEASE_MEMBER -> told(local.releaseMember(group, in.getText()), ByteWriter::putLong);
            case DeliveryMessages.RESET -> told(local.reset(group, DeliveryMessages.start(in)), ByteWriter::putLong);
            case DeliveryMessages.REOPEN -> told(local.reopen(group, in.getLong()));
            case DeliveryMessages.DELETE -> told(local.delete(group));
            case DeliveryMessages.DESCRIBE -> told(local.describe(group), DeliveryMessages::write);
            default -> throw new BrokenInvariantException("a node asks deliveries for " + call);
        };
    }

    private static CompletableFuture<ByteBuffer> told(CompletableFuture<ErrorCode> answer) {
        return told(
                answer.thenApply(error -> error == ErrorCode.NONE ? Result.of(NOTHING) : Result.failed(error)),
                (out, nothing) -> {});
    }

    private static <T> CompletableFuture<ByteBuffer> told(
            CompletableFuture<Result<T>> answer, BiConsumer<ByteWriter, T> content) {
        return answer.thenApply(result -> {
            ByteWriter out = new ByteWriter();
            ForwardedResult.write(out, result, content);
            return out.toBuffer();
        });
    }

    private <T> CompletableFuture<Result<T>> ask(int node, ByteWriter request, Function<ByteReader, T> content) {
        return peers.call(node, SERVICE, request.toBuffer(), CALL_TIMEOUT_MS).handle((answer, failure) -> {
            if (failure != null) {
                LOG.debug("node {} did not answer about deliveries", node, failure);
                return Result.failed(ErrorCode.NOT_LEADER_OR_FOLLOWER);
            }
            try {
                return ForwardedResult.read(new ByteReader(answer), content);
            } catch (BrokenInvariantException malformed) {
                LOG.warn("the answer of node {} about deliveries cannot be read", node, malformed);
                return Result.failed(ErrorCode.UNKNOWN_SERVER_ERROR);
            }
        });
    }

    private CompletableFuture<ErrorCode> askForError(int node, ByteWriter request) {
        return ask(node, request, in -> NOTHING).thenApply(Result::error);
    }

    @Override
    public CompletableFuture<ErrorCode> open(DeliveryGroup group) {
        int leader = leaders.elsewhere(group);
        return leader == 0
                ? local.open(group)
                : askForError(leader, DeliveryMessages.request(DeliveryMessages.OPEN, group));
    }

    @Override
    public CompletableFuture<Result<Long>> releaseMember(DeliveryGroup group, String member) {
        int leader = leaders.elsewhere(group);
        return leader == 0
                ? local.releaseMember(group, member)
                : ask(
                        leader,
                        DeliveryMessages.request(DeliveryMessages.RELEASE_MEMBER, group)
                                .putText(member),
                        ByteReader::getLong);
    }

    @Override
    public CompletableFuture<Result<Long>> reset(DeliveryGroup group, DeliveryStart start) {
        int leader = leaders.elsewhere(group);
        if (leader == 0) {
            return local.reset(group, start);
        }
        ByteWriter request = DeliveryMessages.request(DeliveryMessages.RESET, group);
        DeliveryMessages.write(request, start);
        return ask(leader, request, ByteReader::getLong);
    }

    @Override
    public CompletableFuture<ErrorCode> reopen(DeliveryGroup group, long offset) {
        int leader = leaders.elsewhere(group);
        return leader == 0
                ? local.reopen(group, offset)
                : askForError(
                        leader,
                        DeliveryMessages.request(DeliveryMessages.REOPEN, group).putLong(offset));
    }

    @Override
    public CompletableFuture<ErrorCode> delete(DeliveryGroup group) {
        int leader = leaders.elsewhere(group);
        return leader == 0
                ? local.delete(group)
                : askForError(leader, DeliveryMessages.request(DeliveryMessages.DELETE, group));
    }

    @Override
    public CompletableFuture<Result<Description>> describe(DeliveryGroup group) {
        int leader = leaders.elsewhere(group);
        return leader == 0
                ? local.describe(group)
                : ask(
                        leader,
                        DeliveryMessages.request(DeliveryMessages.DESCRIBE, group),
                        DeliveryMessages::description);
    }

    /** Of each node what it leads; a node that does not answer is left out. */
    @Override
    public CompletableFuture<List<Description>> list(Optional<DeliveryKind> kind, Optional<String> name) {
        CompletableFuture<List<Description>> all = local.list(kind, name);
        for (int node : leaders.others()) {
            CompletableFuture<List<Description>> there = peers.call(
                            node, SERVICE, DeliveryMessages.list(kind, name).toBuffer(), CALL_TIMEOUT_MS)
                    .thenApply(answer -> ForwardedResult.readAll(new ByteReader(answer), DeliveryMessages::description))
                    .exceptionally(silent -> {
                        LOG.debug("node {} does not list its delivery groups", node, silent);
                        return List.of();
                    });
            all = all.thenCombine(there, ForwardedDeliveries::concat);
        }
        return all;
    }

    private static List<Description> concat(List<Description> first, List<Description> second) {
        List<Description> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    @Override
    public CompletableFuture<Result<Acquired>> acquire(Acquire request) {
        return local.acquire(request);
    }

    @Override
    public CompletableFuture<ErrorCode> awaitWork(DeliveryGroup group, long bytesMin) {
        return local.awaitWork(group, bytesMin);
    }

    @Override
    public CompletableFuture<Result<Long>> workBytes(DeliveryGroup group) {
        return local.workBytes(group);
    }

    @Override
    public CompletableFuture<ErrorCode> settle(DeliveryGroup group, String member, List<Settlement> settlements) {
        return local.settle(group, member, settlements);
    }

    @Override
    public Exchange exchange(List<Said> said, Acquire request) {
        return local.exchange(said, request);
    }

    @Override
    public long readHandedOut(DeliveryGroup group, long offset, int maxBytes, ReadSink sink) {
        return local.readHandedOut(group, offset, maxBytes, sink);
    }

    @Override
    public Result<DeliveryOptions> options(DeliveryKind kind, String name, Topic topic) {
        return local.options(kind, name, topic);
    }
}
