package io.sluice.testkit.fuzz;

import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.RawKafkaConnection;
import io.sluice.testkit.Stopwatch;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Random and mutated bytes at a Kafka listener. Owner: the thread that calls {@link #run}. */
public final class ListenerFuzz {
    private static final int FRAMES_A_CONNECTION = 4;
    private static final int ANSWER_PATIENCE_MS = 20;

    private ListenerFuzz() {}

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
     * Attacks {@code broker} for {@code duration}; {@code topic} must have at least four partitions.
     *
     * @param seed decides every byte
     */
    public static Outcome run(BrokerUnderTest broker, String topic, long seed, Duration duration) {
        HostileBytes bytes = new HostileBytes(seed, topic);
        try (Bystander bystander = new Bystander(broker.kafkaAddress(), topic)) {
            long sequences = attack(broker, bytes, bystander, duration.dividedBy(4));
            double before = ProcessFigures.rssMibAfterCollection(broker.pid());
            sequences += attack(broker, bytes, bystander, duration.dividedBy(4).multipliedBy(3));
            Optional<String> complaint = complaint(broker, bystander);
            double grown = broker.isAlive() ? ProcessFigures.rssMibAfterCollection(broker.pid()) - before : 0;
            return new Outcome(sequences, bystander.answers(), grown, complaint);
        }
    }

    private static long attack(BrokerUnderTest broker, HostileBytes bytes, Bystander bystander, Duration duration) {
        Stopwatch watch = Stopwatch.started();
        long sequences = 0;
        while (!watch.hasPassed(duration) && complaint(broker, bystander).isEmpty()) {
            sequences += attackOnce(broker.kafkaAddress(), bytes);
        }
        return sequences;
    }

    private static Optional<String> complaint(BrokerUnderTest broker, Bystander bystander) {
        return broker.isAlive() ? bystander.complaint() : Optional.of("the broker has died:\n" + broker.output());
    }

    private static int attackOnce(String address, HostileBytes bytes) {
        int sent = 0;
        try (Socket socket = new Socket()) {
            socket.connect(RawKafkaConnection.socketAddress(address));
            socket.setSoTimeout(ANSWER_PATIENCE_MS);
            for (; sent < FRAMES_A_CONNECTION; sent++) {
                ByteBuffer sequence = bytes.next();
                byte[] copy = new byte[sequence.limit()];
                sequence.get(0, copy);
                socket.getOutputStream().write(copy);
            }
            if (bytes.chance(4)) {
                socket.getInputStream().read(new byte[1_000]);
            }
        } catch (IOException e) {
            return Math.max(1, sent); // Cutting off such a client is the right answer.
        }
        return sent;
    }
}
