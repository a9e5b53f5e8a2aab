package io.sluice.cli;

import io.sluice.cli.command.Console;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code sluice completion}: a script for a shell, made from the commands themselves. */
@Command(
        name = "completion",
        description = "Print a script that lets a shell complete commands and options with the tab key.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(sluice completion bash)                         in this shell",
            "  sluice completion bash > /etc/bash_completion.d/sluice   in every new one",
            "  source <(sluice completion zsh)                          in ~/.zshrc"
        })
final class CompletionCommand implements Callable<Integer> {

    private enum Shell {
        bash,
        zsh
    }

    private final Console console;

    @Parameters(paramLabel = "bash|zsh", description = "For which shell.")
    private Shell shell = Shell.bash;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CommandLine model = SluiceCommand.commandLine(console);
        SluiceCommand.BROKER_COMMANDS.forEach(
                name -> model.addSubcommand(name, CommandSpec.create().name(name)));
        String script = AutoComplete.bash("sluice", model);
        console.line(
                switch (shell) {
                    // The script is bash's; in zsh it begins by loading what lets zsh run it.
                    case bash, zsh -> script;
                });
        return 0;
    }
}
