package io.sluice.cli.letters;

import io.sluice.cli.command.BrokerControl;
import io.sluice.cli.command.Console;
import io.sluice.cli.text.Printable;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice dead-letter resend}. */
@Command(
        name = "resend",
        description = {
            "Send the records of open dead letters again: to their topic, where every group gets them, or with --to-group to"
                    + " the group alone that gave them up, as long as its topic has them.",
            "Shows how many; with --execute it happens. Letters without their record are left alone."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice dead-letter resend orders                             see how many",
            "  sluice dead-letter resend orders --group billing --execute",
            "  sluice dead-letter resend orders --to orders-retry --execute",
            "  sluice dead-letter resend orders --to-group share --data /var/lib/sluice --execute"
        })
final class DeadLetterResendCommand extends LetterCommand {
    private LetterProgress progress;
    private long unable;
    private @Nullable LetterSender sender;
    private @Nullable GroupResend reopening;

    @Option(names = "--to", paramLabel = "TOPIC", description = "To this topic instead of each record's own.")
    private Optional<String> target = Optional.empty();

    @Option(
            names = "--to-group",
            paramLabel = "KIND",
            description = "Only to the group that gave it up, which is of this kind, such as share. Asks"
                    + " the broker of --data.")
    private Optional<String> kind = Optional.empty();

    @Mixin
    private final BrokerControl control = new BrokerControl();

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    DeadLetterResendCommand(Console console) {
        super(console);
        progress = new LetterProgress(console, "read");
    }

    @Override
    LetterReader.Visitor visitor(Admin admin, TopicDescription dead, HandledLetters handled) {
        if (kind.isPresent() && target.isPresent()) {
            throw usage("--to and --to-group exclude each other");
        }
        if (!execute) {
            return letter -> {
                unable += mayResend(letter) ? 0 : 1;
                progress.count(mayResend(letter) ? 1 : 0);
                return true;
            };
        }
        progress = new LetterProgress(console(), "resent");
        if (kind.isPresent()) {
            GroupResend resend = new GroupResend(console(), control, kind.get(), handled, progress);
            reopening = resend;
            return letter -> {
                if (mayResend(letter)) {
                    resend.send(letter);
                } else {
                    unable++;
                }
                return true;
            };
        }
        LetterSender opened = new LetterSender(connection().openProducer(LetterSender.settings()), handled, progress);
        sender = opened;
        return letter -> {
            if (mayResend(letter)) {
                opened.send(letter, LetterSender.original(letter, target.orElse(letter.topic())));
            } else {
                unable++;
            }
            return true;
        };
    }

    private boolean mayResend(DeadLetter letter) {
        if (kind.isPresent()) {
            return letter.hasOrigin();
        }
        return letter.hasRecord() && (target.isPresent() || !letter.topic().isEmpty());
    }

    @Override
    void ended(TopicDescription dead) {
        try (LetterSender closing = sender) {
            if (closing != null) {
                closing.flush();
            }
        }
        GroupResend resend = reopening;
        if (resend != null) {
            resend.flush();
            unable += resend.refused();
        }
        progress.end();
        String letters = Printable.count(progress.letters(), "letter") + " of " + dead.name();
        String rest = unable == 0
                ? ""
                : "; " + Printable.count(unable, "letter")
                        + (kind.isPresent() ? " cannot go to the group alone any more" : " without a record stay");
        if (execute) {
            console().line("resent " + letters + rest);
        } else {
            console().error("would resend " + letters + rest + "; --execute does it");
        }
    }
}
