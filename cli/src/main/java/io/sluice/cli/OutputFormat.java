package io.sluice.cli;

import picocli.CommandLine.Option;

/** Whether a command answers people or scripts. */
final class OutputFormat {

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

    boolean isJson() {
        return kind == Kind.json;
    }
}
