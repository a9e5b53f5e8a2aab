package io.sluice.cli.letters;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.ErrorText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends records of letters to a topic, and marks their letters once all of a lot are acknowledged: whoever is interrupted
 * sends some again the next time, and loses none. For one thread.
 */
final class LetterSender implements AutoCloseable {
    private static final int LOT_COUNT = 1_000;
    private static final int RECORD_BYTES_MAX = 15 << 20;

    private final KafkaProducer<byte[], byte[]> producer;
    private final HandledLetters handled;
    private final LetterProgress progress;
    private final Map<DeadLetter, Future<RecordMetadata>> underWay = new LinkedHashMap<>();
    private final LetterLot lot = new LetterLot(LOT_COUNT);

    LetterSender(KafkaProducer<byte[], byte[]> producer, HandledLetters handled, LetterProgress progress) {
        this.producer = producer;
        this.handled = handled;
        this.progress = progress;
    }

    /** Settings of the producer. */
    static Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD_BYTES_MAX);
        return settings;
    }

    /** Sends the record in the place of the letter. */
    void send(DeadLetter letter, ProducerRecord<byte[], byte[]> outgoing) {
        underWay.put(letter, producer.send(outgoing));
        if (lot.isFullWith(letter)) {
            flush();
        }
    }

    /** Waits for what is under way. */
    void flush() {
        producer.flush();
        List<DeadLetter> sent = new ArrayList<>();
        for (Map.Entry<DeadLetter, Future<RecordMetadata>> each : underWay.entrySet()) {
            await(each.getKey(), each.getValue(), sent.size());
            handled.add(each.getKey());
            sent.add(each.getKey());
        }
        underWay.clear();
        lot.clear();
        handled.store();
        progress.count(sent.size());
    }

    private void await(DeadLetter letter, Future<RecordMetadata> answer, int before) {
        try {
            answer.get();
        } catch (ExecutionException refused) {
            handled.store();
            Throwable cause = ErrorText.cause(refused);
            throw new CommandException("letter " + letter.consumed().partition() + ":"
                    + letter.consumed().offset() + " could not be sent: " + cause.getMessage() + "; "
                    + (progress.letters() + before) + " before it were");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        producer.close();
    }

    /** The record as it was before it was given up. */
    static ProducerRecord<byte[], byte[]> original(DeadLetter letter, String topic) {
        return new ProducerRecord<>(
                topic, null, letter.consumed().key(), letter.consumed().value(), letter.ownHeaders());
    }
}
