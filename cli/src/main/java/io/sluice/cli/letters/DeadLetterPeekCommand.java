package io.sluice.cli.letters;

import io.sluice.cli.command.Console;
import io.sluice.cli.command.OutputFormat;
import io.sluice.cli.records.RecordFormat;
import io.sluice.cli.text.Printable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice dead-letter peek}. */
@Command(
        name = "peek",
        description = "Show open dead letters: why each was given up, and the record.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice dead-letter peek orders --count 3",
            "  sluice dead-letter peek orders --group billing --cause rejected",
            "  sluice dead-letter peek orders --letter 0:17 --output json"
        })
final class DeadLetterPeekCommand extends LetterCommand {
    private long shown;

    @Mixin
    private final OutputFormat output = new OutputFormat();

    DeadLetterPeekCommand(Console console) {
        super(console);
    }

    @Override
    LetterReader.Visitor visitor(Admin admin, TopicDescription dead, HandledLetters handled) {
        RecordFormat format = output.isJson()
                ? RecordFormat.Json.create()
                : new RecordFormat.Text(console().isColored());
        return letter -> {
            shown++;
            if (!output.isJson()) {
                console().line(story(letter));
            }
            write(letter, format);
            return true;
        };
    }

    private static String story(DeadLetter letter) {
        return letter.consumed().partition() + ":" + letter.consumed().offset() + "  from "
                + Printable.escaped(letter.topic()) + " " + letter.partition() + ":" + letter.offset()
                + ", given up by "
                + Printable.escaped(letter.group()) + " after "
                + Printable.count(letter.deliveries(), "delivery")
                + ": " + letter.cause()
                + (letter.error().isEmpty() ? "" : ", " + Printable.escaped(letter.error()));
    }

    @Override
    void ended(TopicDescription dead) {
        console().flush();
        if (shown == 0) {
            console().error("no open dead letters in " + dead.name());
        }
    }
}
