package io.sluice.cli.letters;

import io.sluice.cli.command.Console;
import io.sluice.cli.text.Printable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice dead-letter drop}. */
@Command(
        name = "drop",
        description = {
            "Deal with open dead letters by doing nothing about them: they are not shown any more.",
            "Shows how many; with --execute it happens."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice dead-letter drop orders                            see how many",
            "  sluice dead-letter drop orders --cause rejected --execute",
            "  sluice dead-letter drop orders --letter 0:17 --letter 0:20-25 --execute"
        })
final class DeadLetterDropCommand extends LetterCommand {
    private final LetterProgress progress;
    private @Nullable HandledLetters marks;

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    DeadLetterDropCommand(Console console) {
        super(console);
        progress = new LetterProgress(console, "read");
    }

    @Override
    LetterReader.Visitor visitor(Admin admin, TopicDescription dead, HandledLetters handled) {
        marks = handled;
        return letter -> {
            handled.add(letter);
            progress.count(1);
            return true;
        };
    }

    @Override
    void ended(TopicDescription dead) {
        progress.end();
        String letters = Printable.count(progress.letters(), "letter") + " of " + dead.name();
        if (!execute) {
            console().error("would drop " + letters + "; --execute does it");
            return;
        }
        HandledLetters handled = marks;
        if (handled != null) {
            handled.store();
        }
        console().line("dropped " + letters);
    }
}
