package io.sluice.cli.command;

import picocli.CommandLine.Option;

/** Whether a command answers people or scripts. */
public final class OutputFormat {

    private enum Kind {
        table,
        json
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}. json is one document with stable field names, for scripts."
                    + " Default: ${DEFAULT-VALUE}.")
    private Kind kind = Kind.table;

    /** Whether the answer is one JSON document. */
    public boolean isJson() {
        return kind == Kind.json;
    }
}
