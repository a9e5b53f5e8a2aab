package io.sluice.server;

import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Whether a command answers people or scripts. Filled by picocli. */
final class OutputFormat {
    private enum Kind {
        text,
        json
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text (default), or json for scripts.")
    private Kind kind = Kind.text;

    /** Made by picocli. */
    OutputFormat() {}

    /** Whether the answer is one JSON document. */
    boolean isJson() {
        return kind == Kind.json;
    }

    /** The document with its lines indented; maps become objects, lists arrays. */
    static String document(Object content) {
        return JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(content);
    }
}
