package io.sluice.bench;

import io.sluice.bench.plot.Panel;
import io.sluice.bench.plot.PanelChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What growing costs, as tables, pictures and raw figures. Owner: one thread. */
final class GrowthReport {
    /** A figure and what people read, with its unit. */
    private record Column(String figure, String title) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("createMs", "time to create, ms"),
            new Column("idleCpuPercent", "idle CPU, all nodes, % of a core"),
            new Column("mbPerSecond", "produce, acks=all, MB/s"),
            new Column("rssMib", "RSS of a node, MiB"),
            new Column("heapMib", "live heap of a node, MiB"),
            new Column("cpuPerGb", "CPU of all nodes, s/GB"),
            new Column("threads", "threads of a node"),
            new Column("openFiles", "open files of a node"),
            new Column("p99Ms", "acknowledgement p99, ms"));

    private final Path file;
    private final Map<GrowthAxis, Map<Integer, List<Map<String, Double>>>> measured = new EnumMap<>(GrowthAxis.class);
    private final List<String> failures = new ArrayList<>();

    /** Writes into {@code folder}, under names of {@code now}. */
    GrowthReport(Path folder, Instant now) {
        file = folder.resolve(now.toString().replaceAll("[:.]", "-") + "-growth");
    }

    /** One more round of a point. */
    void add(GrowthAxis axis, int point, Map<String, Double> figures) {
        measured.computeIfAbsent(axis, key -> new TreeMap<>())
                .computeIfAbsent(point, key -> new ArrayList<>())
                .add(figures);
    }

    /** A round that came to nothing. */
    void failed(GrowthAxis axis, int point, String reason) {
        failures.add("%s %,d: FAILED: %s\n".formatted(axis.words(), point, reason));
    }

    /** A table for each axis, in Markdown. */
    String tables() {
        String titles = COLUMNS.stream().map(Column::title).collect(Collectors.joining(" | "));
        StringBuilder out = new StringBuilder();
        measured.forEach((axis, points) -> {
            out.append("\n| %s | %s |\n".formatted(axis.words(), titles));
            out.append("| ---: |").append(" ---: |".repeat(COLUMNS.size())).append('\n');
            points.forEach((point, rounds) -> out.append("| %,d | %s |\n".formatted(point, row(rounds))));
        });
        failures.forEach(failure -> out.append('\n').append(failure));
        return out.toString();
    }

    private static String row(List<Map<String, Double>> rounds) {
        return COLUMNS.stream()
                .map(column -> spread(rounds, column))
                .map(spread -> spread.least() == spread.greatest() ? Spread.number(spread.median()) : spread.words())
                .collect(Collectors.joining(" | "));
    }

    private static Spread spread(List<Map<String, Double>> rounds, Column column) {
        return Spread.of(rounds.stream().mapToDouble(figures -> Objects.requireNonNull(figures.get(column.figure()))));
    }

    /** The pictures by axis, as texts of SVG files. */
    Map<GrowthAxis, String> pictures() {
        Map<GrowthAxis, String> pictures = new EnumMap<>(GrowthAxis.class);
        measured.forEach((axis, points) -> {
            List<Panel> panels =
                    COLUMNS.stream().map(column -> panel(column, points)).toList();
            String title = "How cost grows with " + axis.words();
            pictures.put(axis, new PanelChart(title, axis.words(), axis.isLogarithmic(), panels).svg());
        });
        return pictures;
    }

    private static Panel panel(Column column, Map<Integer, List<Map<String, Double>>> points) {
        List<Panel.Point> drawn = new ArrayList<>();
        points.forEach((point, rounds) -> {
            Spread spread = spread(rounds, column);
            drawn.add(new Panel.Point(point, spread.median(), spread.least(), spread.greatest()));
        });
        return new Panel(column.title(), drawn);
    }

    /** Writes tables, pictures and raw figures and answers the name that all begin with. */
    Path write() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(Path.of(file + ".md"), tables());
        Files.writeString(Path.of(file + ".json"), json());
        writePictures(axis -> Path.of(file + "-" + axis + ".svg"));
        return file;
    }

    /** Writes the pictures once more, as {@code growth-AXIS.svg}. */
    void writePictures(Path folder) throws IOException {
        Files.createDirectories(folder);
        writePictures(axis -> folder.resolve("growth-" + axis + ".svg"));
    }

    private void writePictures(Function<String, Path> place) throws IOException {
        for (Map.Entry<GrowthAxis, String> picture : pictures().entrySet()) {
            Files.writeString(place.apply(picture.getKey().words()), picture.getValue());
        }
    }

    private String json() {
        return measured.entrySet().stream()
                .map(axis -> "\"%s\":%s".formatted(axis.getKey().words(), json(axis.getValue())))
                .collect(Collectors.joining(",\n", "{", "}\n"));
    }

    private static String json(Map<Integer, List<Map<String, Double>>> points) {
        return points.entrySet().stream()
                .map(point -> "\"%d\":%s"
                        .formatted(
                                point.getKey(),
                                point.getValue().stream()
                                        .map(Results::json)
                                        .collect(Collectors.joining(",", "[", "]"))))
                .collect(Collectors.joining(",\n", "{", "}"));
    }
}
