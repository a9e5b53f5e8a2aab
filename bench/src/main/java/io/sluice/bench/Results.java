package io.sluice.bench;

import io.sluice.bench.measure.Measure;
import io.sluice.bench.measure.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Figures of a run, as a table for people and as JSON for whoever wants to compute. Owner: one thread. */
final class Results {
    /** Figures of ours and of theirs, measured one right after the other. */
    record Pair(Map<String, Double> ours, Map<String, Double> theirs) {
        double ours(String figure) {
            return Objects.requireNonNull(ours.get(figure), figure);
        }

        double theirs(String figure) {
            return Objects.requireNonNull(theirs.get(figure), figure);
        }
    }

    private final Path file;
    private final Map<Measure, List<Pair>> pairs = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private Map<String, Double> limits = Map.of();

    Results(Path folder, Instant now) {
        this.file = folder.resolve(now.toString().replaceAll("[:.]", "-"));
    }

    void limits(Map<String, Double> figures) {
        limits = figures;
    }

    void pair(Measure measure, Map<String, Double> ours, Map<String, Double> theirs) {
        pairs.computeIfAbsent(measure, key -> new ArrayList<>()).add(new Pair(ours, theirs));
    }

    void failed(Measure measure, String reason) {
        failures.put(measure.name(), reason);
    }

    static String words(Map<String, Double> figures) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(figures)
                .forEach((name, value) -> text.append(name)
                        .append('=')
                        .append(Spread.number(value))
                        .append(' '));
        return text.toString().strip();
    }

    String table() {
        StringBuilder text = new StringBuilder("\n| measure | figure | ours | theirs | yardstick | bar | |\n");
        text.append("| --- | --- | --- | --- | --- | --- | --- |\n");
        pairs.forEach((measure, measured) -> {
            String title = measure.title();
            for (Row row : measure.rows()) {
                text.append(line(title, row, measured));
                title = "";
            }
        });
        failures.forEach((name, reason) -> text.append("| %s | FAILED: %s | | | | | |\n"
                .formatted(name, reason.lines().findFirst().orElse(""))));
        if (!limits.isEmpty()) {
            text.append("\n| machine limit | figure |\n| --- | --- |\n");
            limits.forEach((name, value) -> text.append("| %s | %s |\n".formatted(name, Spread.number(value))));
        }
        return text.toString();
    }

    private static String line(String title, Row row, List<Pair> measured) {
        Spread yardstick =
                spread(measured, pair -> row.bar().yardstick(pair.ours(row.figure()), pair.theirs(row.figure())));
        return "| %s | %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                        title,
                        row.title(),
                        spread(measured, pair -> pair.ours(row.figure())).words(),
                        spread(measured, pair -> pair.theirs(row.figure())).words(),
                        yardstick.words(),
                        row.bar().words(),
                        row.bar().isMet(yardstick.median()) ? "met" : "MISSED");
    }

    private static Spread spread(List<Pair> pairs, ToDoubleFunction<Pair> figure) {
        return Spread.of(pairs.stream().mapToDouble(figure));
    }

    /** Writes table and raw figures and answers the name both begin with. */
    Path write() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(Path.of(file + ".md"), table());
        Files.writeString(Path.of(file + ".json"), json());
        return file;
    }

    private String json() {
        List<String> members = new ArrayList<>();
        members.add("\"limits\":" + json(limits));
        pairs.forEach((measure, measured) -> {
            List<String> rounds = measured.stream()
                    .map(pair -> "{\"ours\":%s,\"theirs\":%s}".formatted(json(pair.ours()), json(pair.theirs())))
                    .toList();
            members.add("\"%s\":[%s]".formatted(measure.name(), String.join(",", rounds)));
        });
        return "{" + String.join(",\n", members) + "}\n";
    }

    /** Figures as an object, sorted by name. */
    static String json(Map<String, Double> figures) {
        return "{"
                + String.join(
                        ",",
                        new TreeMap<>(figures)
                                .entrySet().stream()
                                        .map(figure ->
                                                "\"%s\":%s".formatted(figure.getKey(), jsonNumber(figure.getValue())))
                                        .toList())
                + "}";
    }

    private static String jsonNumber(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "null";
    }
}
