package io.sluice.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.common.PeerConnection;
import io.sluice.common.PeerListener;
import io.sluice.common.SystemClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes over real sockets. */
final class PeerNetworkTest {
    private final Transport transport = Transport.start(2, false);
    private final Map<Integer, InetSocketAddress> addresses = new HashMap<>();
    private final Heard first = new Heard();
    private final Heard second = new Heard();
    private final PeerNetwork one = network("cluster", 1, first);
    private final PeerNetwork two = network("cluster", 2, second);

    private static final class Heard implements PeerListener {
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<PeerConnection> froms = new LinkedBlockingQueue<>();
        private final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();

        @Override
        public void received(PeerConnection connection, ByteBuffer message) {
            messages.add(connection.nodeId() + ": " + message.remaining() + " of " + message.get(message.position()));
            froms.add(connection);
        }

        @Override
        public void closed(PeerConnection connection) {
            closed.add(connection.nodeId());
        }
    }

    private PeerNetwork network(String clusterId, int nodeId, Heard heard) {
        return network(PeerSettings.of(clusterId, nodeId), heard);
    }

    private PeerNetwork network(PeerSettings settings, Heard heard) {
        PeerNetwork network = new PeerNetwork(
                transport,
                ListenerSettings.of("peer", "127.0.0.1", 0),
                Optional.empty(),
                settings,
                other -> Optional.ofNullable(addresses.get(other)),
                new SystemClock());
        network.start(heard);
        addresses.put(settings.nodeId(), network.boundAddress());
        return network;
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        transport.close();
    }

    private static ByteBuffer message(int lengthBytes, int content) {
        ByteBuffer message = ByteBuffer.allocate(lengthBytes);
        return message.put(0, (byte) content);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("something arrives").isNotNull();
        return next;
    }

    @Test
    void messagesArriveWholeAndInOrderWithTheirSender() throws InterruptedException {
        PeerConnection connection = one.connect(2);
        List<Integer> lengths = List.of(1, 5_000_000, 2, 70_000, 3);
        for (int at = 0; at < lengths.size(); at++) {
            assertThat(connection.send(message(lengths.get(at), at))).isTrue();
        }

        for (int at = 0; at < lengths.size(); at++) {
            assertThat(next(second.messages)).isEqualTo("1: " + lengths.get(at) + " of " + at);
        }
        assertThat(connection.isOpen()).isTrue();
        assertThat(one.connect(2)).isSameAs(connection);
    }

    @Test
    void answersGoBackOverTheSameConnection() throws InterruptedException {
        one.connect(2).send(message(1, 7));
        PeerConnection from = next(second.froms);

        from.send(message(9, 8));

        assertThat(next(first.messages)).isEqualTo("2: 9 of 8");
    }

    @Test
    void bothEndsHearOfTheEnd() throws InterruptedException {
        PeerConnection connection = one.connect(2);
        connection.send(message(1, 1));
        next(second.messages);

        connection.close();

        assertThat(next(first.closed)).isEqualTo(2);
        assertThat(next(second.closed)).isEqualTo(1);
        assertThat(connection.send(message(1, 2))).isFalse();
    }

    @Test
    void aNodeThatCannotBeReachedIsTold() throws InterruptedException {
        two.close();

        one.connect(2);

        assertThat(next(first.closed)).isEqualTo(2);
    }

    @Test
    void aNodeOfAnotherClusterIsTurnedAway() throws InterruptedException {
        Heard strangersEars = new Heard();
        PeerNetwork stranger = network("another", 3, strangersEars);

        stranger.connect(2).send(message(1, 1));

        assertThat(next(strangersEars.closed)).isEqualTo(2);
        assertThat(second.messages).isEmpty();
        stranger.close();
    }

    @Test
    void aNodeIsNotTakenForAnother() throws InterruptedException {
        addresses.put(3, addresses.get(2));

        one.connect(3).send(message(1, 1));

        assertThat(next(first.closed)).isEqualTo(3);
        assertThat(second.messages).isEmpty();
    }

    /** The other end takes the connection and never says who it is. */
    @Test
    void whatWaitsForAConnectionIsBounded() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            addresses.put(5, (InetSocketAddress) silent.getLocalSocketAddress());
            PeerConnection connection = one.connect(5);

            for (int sent = 0; sent < 4; sent++) {
                assertThat(connection.send(ByteBuffer.allocate(15 << 20))).isTrue();
            }
            assertThat(connection.send(ByteBuffer.allocate(15 << 20))).isFalse();
            assertThat(connection.isOpen()).isFalse();
        }
    }

    private static PeerSecret secret(String text) {
        return PeerSecret.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nodesThatKnowTheSecretUnderstandEachOther() throws InterruptedException {
        Heard ears = new Heard();
        PeerNetwork three = network(PeerSettings.of("cluster", 3).with(secret("open sesame")), ears);
        PeerNetwork four = network(PeerSettings.of("cluster", 4).with(secret("open sesame")), new Heard());

        four.connect(3).send(message(7, 1));

        assertThat(next(ears.messages)).isEqualTo("4: 7 of 1");
        three.close();
        four.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"open barley", ""})
    void whoDoesNotKnowTheSecretIsTurnedAwayWhoeverDials(String known) throws InterruptedException {
        Heard ears = new Heard();
        Heard strangersEars = new Heard();
        PeerNetwork three = network(PeerSettings.of("cluster", 3).with(secret("open sesame")), ears);
        PeerSecret other = known.isEmpty() ? PeerSecret.NONE : secret(known);
        PeerNetwork stranger = network(PeerSettings.of("cluster", 4).with(other), strangersEars);

        stranger.connect(3).send(message(7, 1));
        assertThat(next(strangersEars.closed)).isEqualTo(3);
        three.connect(4).send(message(7, 1));
        assertThat(next(ears.closed)).isEqualTo(4);

        assertThat(ears.messages).isEmpty();
        assertThat(strangersEars.messages).isEmpty();
        three.close();
        stranger.close();
    }

    private CompletableFuture<ByteBuffer> ask(int nodeId, PeerSecret known, ByteBuffer question) {
        InetSocketAddress target = Objects.requireNonNull(addresses.get(nodeId));
        return JoinCall.ask(transport, target, Optional.empty(), new JoinCall.Asking(9, known, question));
    }

    @Test
    void aBrokerThatKnowsTheSecretMayAskWhetherItCanJoin() {
        PeerNetwork three = network(PeerSettings.of("cluster", 3).with(secret("open sesame")), new Heard());
        three.answerJoins(question -> CompletableFuture.completedFuture(message(question.remaining() + 1, 5)));

        ByteBuffer answer = ask(3, secret("open sesame"), message(50_000, 1)).join();

        assertThat(answer.remaining()).isEqualTo(50_001);
        assertThat(answer.get(0)).isEqualTo((byte) 5);
        three.close();
    }

    @Test
    void aStrangerMayNotEvenAsk() {
        PeerNetwork three = network(PeerSettings.of("cluster", 3).with(secret("open sesame")), new Heard());
        BlockingQueue<ByteBuffer> asked = new LinkedBlockingQueue<>();
        three.answerJoins(question -> {
            asked.add(question);
            return CompletableFuture.completedFuture(message(1, 5));
        });

        assertThatThrownBy(() -> ask(3, secret("open barley"), message(1, 1)).join())
                .hasCauseInstanceOf(PeerRefusedException.class)
                .hasMessageContaining("cluster.token.file");
        assertThat(asked).isEmpty();
        three.close();
    }

    @Test
    void aNodeThatKnowsNoClusterYetAnswersNobody() {
        assertThatThrownBy(() -> ask(1, PeerSecret.NONE, message(1, 1)).join())
                .hasCauseInstanceOf(PeerRefusedException.class);
    }
}
