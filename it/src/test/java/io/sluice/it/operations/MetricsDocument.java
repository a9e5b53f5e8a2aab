package io.sluice.it.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The families of metrics of a document or of a broker's answer, by name. */
final class MetricsDocument {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| (.*) \\|$");
    private static final Pattern HEAD =
            Pattern.compile("(?m)^# HELP ([a-z0-9_]+) (.*)\\n# TYPE \\1 (counter|gauge|histogram)$");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final int CELLS = 5;

    private MetricsDocument() {}

    /**
     * One family.
     *
     * @param type counter, gauge or histogram
     * @param labels their names, sorted, with spaces between
     * @param says what it is
     * @param isAlwaysThere whether a broker that has just been used a little shows it
     */
    record Family(String type, String labels, String says, boolean isAlwaysThere) {
        /** Labels cannot be told of a family that has no samples yet. */
        Family withLabels(String others) {
            return new Family(type, others, says, isAlwaysThere);
        }
    }

    /** The table of {@code docs/metrics.md}. */
    static Map<String, Family> read(Path document) {
        Map<String, Family> families = new LinkedHashMap<>();
        for (MatchResult row : ROW.matcher(text(document)).results().toList()) {
            String[] cells = row.group(2).split(" \\| ", CELLS);
            String labels = Arrays.stream(cells[2].replace("`", "").split(", ", -1))
                    .filter(label -> !label.equals("–"))
                    .collect(Collectors.joining(" "));
            families.put(row.group(1), new Family(cells[0], labels, cells[3], cells[4].equals("always")));
        }
        return families;
    }

    /** What a broker answers; every family is there now. */
    static Map<String, Family> exposed(String answer) {
        Map<String, Family> families = new LinkedHashMap<>();
        for (MatchResult head : HEAD.matcher(answer).results().toList()) {
            String name = head.group(1);
            TreeSet<String> labels = new TreeSet<>();
            Pattern samples = Pattern.compile("(?m)^" + name + "(?:_bucket|_sum|_count)?\\{(.*)\\} ");
            samples.matcher(answer)
                    .results()
                    .flatMap(sample -> LABEL.matcher(sample.group(1)).results())
                    .map(label -> label.group(1))
                    .filter(label -> !label.equals("le"))
                    .forEach(labels::add);
            families.put(name, new Family(head.group(3), String.join(" ", labels), head.group(2), true));
        }
        return families;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
