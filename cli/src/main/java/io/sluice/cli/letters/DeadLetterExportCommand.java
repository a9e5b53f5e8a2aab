package io.sluice.cli.letters;

import io.sluice.cli.command.Console;
import io.sluice.cli.records.RecordFormat;
import io.sluice.cli.text.Printable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import picocli.CommandLine.Command;

/** {@code sluice dead-letter export}. */
@Command(
        name = "export",
        description =
                "Write open dead letters to stdout, one JSON object a line, as 'sluice produce --json' reads them.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice dead-letter export orders > letters.jsonl",
            "  sluice dead-letter export orders --group billing | jq -r .value"
        })
final class DeadLetterExportCommand extends LetterCommand {
    private final LetterProgress progress;

    DeadLetterExportCommand(Console console) {
        super(console);
        progress = new LetterProgress(console, "exported");
    }

    @Override
    LetterReader.Visitor visitor(Admin admin, TopicDescription dead, HandledLetters handled) {
        RecordFormat format = RecordFormat.Json.create();
        return letter -> {
            write(letter, format);
            progress.count(1);
            return true;
        };
    }

    @Override
    void ended(TopicDescription dead) {
        progress.end();
        console().flush();
        console().error("exported " + Printable.count(progress.letters(), "letter") + " of " + dead.name());
    }
}
