package io.sluice.cli.letters;

import io.sluice.cli.command.CommandException;
import io.sluice.cli.command.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice dead-letter edit-resend}. */
@Command(
        name = "edit-resend",
        description = {
            "Send the record of one dead letter again, changed, to its topic: every group gets it.",
            "The choice must be one letter; 'sluice dead-letter peek' shows which there are."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice dead-letter edit-resend orders --letter 0:17 --value '{\"total\": 12}'",
            "  sluice dead-letter edit-resend orders --letter 0:17 --value-from fixed.json",
            "  sluice dead-letter edit-resend orders --letter 0:17 --header retry=1 --without trace"
        })
final class DeadLetterEditResendCommand extends LetterCommand {
    private final LetterProgress progress;
    private @Nullable DeadLetter chosen;
    private @Nullable HandledLetters marks;

    @Option(names = "--to", paramLabel = "TOPIC", description = "To this topic instead of the record's own.")
    private Optional<String> target = Optional.empty();

    @Option(names = "--key", paramLabel = "TEXT", description = "With this key.")
    private Optional<String> key = Optional.empty();

    @Option(names = "--value", paramLabel = "TEXT", description = "With this value.")
    private Optional<String> value = Optional.empty();

    @Option(
            names = "--value-from",
            paramLabel = "FILE",
            description = "With the bytes of this file, - for stdin, as value.")
    private Optional<Path> valueFile = Optional.empty();

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description = "With this header instead of those of its name. Repeatable.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--without", paramLabel = "NAME", description = "Without headers of this name. Repeatable.")
    private List<String> without = new ArrayList<>();

    DeadLetterEditResendCommand(Console console) {
        super(console);
        progress = new LetterProgress(console, "resent");
    }

    @Override
    LetterReader.Visitor visitor(Admin admin, TopicDescription dead, HandledLetters handled) {
        boolean isSame =
                key.isEmpty() && value.isEmpty() && valueFile.isEmpty() && headers.isEmpty() && without.isEmpty();
        if (isSame) {
            throw usage("nothing is to be changed; 'resend' sends it as it is");
        }
        if (value.isPresent() && valueFile.isPresent()) {
            throw usage("--value or --value-from, not both");
        }
        marks = handled;
        return letter -> {
            if (chosen != null) {
                throw new CommandException("more than one letter is chosen; --letter PARTITION:OFFSET says which");
            }
            chosen = letter;
            return true;
        };
    }

    @Override
    void ended(TopicDescription dead) {
        DeadLetter letter = chosen;
        HandledLetters handled = marks;
        if (letter == null || handled == null) {
            throw new CommandException("no such open letter in " + dead.name());
        }
        String topic = target.orElse(letter.topic());
        if (topic.isEmpty()) {
            throw new CommandException("the letter does not say of which topic it is; --to TOPIC does");
        }
        try (LetterSender sender =
                new LetterSender(connection().openProducer(LetterSender.settings()), handled, progress)) {
            sender.send(letter, changed(letter, topic));
            sender.flush();
        }
        console()
                .line("resent letter " + letter.consumed().partition() + ":"
                        + letter.consumed().offset() + ", changed, to " + topic);
    }

    private ProducerRecord<byte[], byte[]> changed(DeadLetter letter, String topic) {
        List<Header> kept = new ArrayList<>(letter.ownHeaders());
        kept.removeIf(header -> headers.containsKey(header.key()) || without.contains(header.key()));
        headers.forEach((name, text) -> kept.add(new RecordHeader(name, bytes(text))));
        byte[] newKey = key.map(DeadLetterEditResendCommand::bytes)
                .orElse(letter.consumed().key());
        byte[] newValue = value.map(DeadLetterEditResendCommand::bytes)
                .or(() -> valueFile.map(this::read))
                .orElse(letter.consumed().value());
        return new ProducerRecord<>(topic, null, newKey, newValue, kept);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] read(Path file) {
        try {
            return file.toString().equals("-") ? console().in().readAllBytes() : Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
