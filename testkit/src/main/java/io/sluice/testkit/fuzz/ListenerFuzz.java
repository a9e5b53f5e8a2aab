package io.sluice.testkit.fuzz;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.Stopwatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/** Random and mutated bytes at a listener while an honest client goes on. Owner: the thread that calls {@link #run}. */
public final class ListenerFuzz {
    private static final int SEQUENCES_A_CONNECTION = 4;
    private static final int ANSWER_PATIENCE_MS = 20;

    private final BrokerUnderTest broker;
    private final InetSocketAddress address;
    private final HostileSource source;
    private final Bystander bystander;

    private ListenerFuzz(BrokerUnderTest broker, InetSocketAddress address, HostileSource source, Bystander bystander) {
        this.broker = broker;
        this.address = address;
        this.source = source;
        this.bystander = bystander;
    }

    /**
     * How it went.
     *
     * @param sequences how many hostile sequences were sent
     * @param honestAnswers how many answers an honest client got meanwhile
     * @param grownMib how much resident memory grew after a first quarter of the time, both after a collection
     * @param complaint what went wrong, if anything
     */
    public record Outcome(long sequences, long honestAnswers, double grownMib, Optional<String> complaint) {}

    /**
     * Attacks the Kafka listener of {@code broker} for {@code duration}; {@code topic} must have at least four partitions.
     *
     * @param seed decides every byte
     */
    public static Outcome run(BrokerUnderTest broker, String topic, long seed, Duration duration) {
        String address = broker.kafkaAddress();
        try (Bystander bystander = Bystander.producing(address, topic)) {
            return run(broker, address, new HostileBytes(seed, topic), bystander, duration);
        }
    }

    /**
     * Attacks a listener for {@code duration}.
     *
     * @param address of the listener, HOST:PORT
     * @param bystander an honest client of the same listener
     */
    public static Outcome run(
            BrokerUnderTest broker, String address, HostileSource source, Bystander bystander, Duration duration) {
        ListenerFuzz fuzz = new ListenerFuzz(broker, RawKafkaConnection.socketAddress(address), source, bystander);
        long sequences = fuzz.attack(duration.dividedBy(4));
        double before = ProcessFigures.rssMibAfterCollection(broker.pid());
        sequences += fuzz.attack(duration.dividedBy(4).multipliedBy(3));
        Optional<String> complaint = fuzz.complaint();
        double grown = broker.isAlive() ? ProcessFigures.rssMibAfterCollection(broker.pid()) - before : 0;
        return new Outcome(sequences, bystander.answers(), grown, complaint);
    }

    private long attack(Duration duration) {
        Stopwatch watch = Stopwatch.started();
        long sequences = 0;
        while (!watch.hasPassed(duration) && complaint().isEmpty()) {
            sequences += attackOnce();
        }
        return sequences;
    }

    private Optional<String> complaint() {
        return broker.isAlive() ? bystander.complaint() : Optional.of("the broker has died:\n" + broker.output());
    }

    private int attackOnce() {
        int sent = 0;
        try (Socket socket = new Socket()) {
            socket.connect(address);
            socket.setSoTimeout(ANSWER_PATIENCE_MS);
            for (; sent < SEQUENCES_A_CONNECTION; sent++) {
                socket.getOutputStream().write(source.next());
            }
            if (source.chance(4)) {
                socket.getInputStream().read(new byte[1_000]);
            }
        } catch (IOException e) {
            return Math.max(1, sent); // Cutting off such a client is the right answer.
        }
        return sent;
    }
}
