package io.sluice.bench.plot;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Panels over the same axis as one picture, three side by side. A picture of its own, without scripts or fonts; the colours
 * follow whoever looks at it.
 *
 * @param title what it shows, for those who hear it
 * @param xTitle what stands below each panel
 * @param isXLogarithmic whether the panels' x grows by factors
 * @param panels row by row
 */
public record PanelChart(String title, String xTitle, boolean isXLogarithmic, List<Panel> panels) {
    private static final int COLUMNS = 3;
    private static final int WIDTH = 280;
    private static final int HEIGHT = 190;
    private static final int LEFT = 52;
    private static final int RIGHT = 22;
    private static final int TOP = 30;
    private static final int BOTTOM = 42;
    private static final int LABEL_GAP = 6;
    private static final int LABEL_DROP = 15;
    private static final int TITLE_DROP = 31;
    private static final int HALF_A_LETTER = 4;
    private static final String STYLE = """
            <style>
            text { font: 11px sans-serif; fill: #57606a }
            .title { font-weight: bold; fill: #24292f }
            .grid { stroke: #8c959f; stroke-opacity: 0.35 }
            .line { stroke: #0969da; stroke-width: 2; fill: none }
            .spread { stroke: #0969da }
            .dot { fill: #0969da }
            @media (prefers-color-scheme: dark) {
              text { fill: #9198a1 }
              .title { fill: #f0f6fc }
              .line, .spread { stroke: #58a6ff }
              .dot { fill: #58a6ff }
            }
            </style>
            """;

    /** Copies the panels. */
    public PanelChart {
        panels = List.copyOf(panels);
    }

    /** The picture as the text of an SVG file. */
    public String svg() {
        int columns = Math.min(COLUMNS, panels.size());
        int width = columns * WIDTH;
        int height = Math.ceilDiv(panels.size(), COLUMNS) * HEIGHT;
        StringBuilder out = new StringBuilder();
        out.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
                        .formatted(width, height, width, height));
        out.append("<title>%s</title>\n".formatted(escaped(title))).append(STYLE);
        for (int i = 0; i < panels.size(); i++) {
            out.append("<g transform=\"translate(%d %d)\">\n".formatted(i % COLUMNS * WIDTH, i / COLUMNS * HEIGHT));
            draw(out, panels.get(i));
            out.append("</g>\n");
        }
        return out.append("</svg>\n").toString();
    }

    private void draw(StringBuilder out, Panel panel) {
        Scale xScale = Scale.through(of(panel, Panel.Point::x), isXLogarithmic);
        Scale yScale = Scale.fromZero(of(panel, Panel.Point::greatest));
        text(out, "title", LABEL_GAP, LABEL_DROP, "start", panel.title());
        for (double tick : yScale.ticks()) {
            double y = y(yScale, tick);
            line(out, "grid", LEFT, y, WIDTH - RIGHT, y);
            text(out, "tick", LEFT - LABEL_GAP, y + HALF_A_LETTER, "end", Scale.words(tick));
        }
        for (double tick : xScale.ticks()) {
            text(out, "tick", x(xScale, tick), HEIGHT - BOTTOM + LABEL_DROP, "middle", Scale.words(tick));
        }
        text(out, "tick", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - BOTTOM + TITLE_DROP, "middle", xTitle);
        out.append("<polyline class=\"line\" points=\"%s\"/>\n"
                .formatted(panel.points().stream()
                        .map(point ->
                                String.format(Locale.ROOT, "%.1f,%.1f", x(xScale, point.x()), y(yScale, point.y())))
                        .collect(Collectors.joining(" "))));
        for (Panel.Point point : panel.points()) {
            double x = x(xScale, point.x());
            line(out, "spread", x, y(yScale, point.least()), x, y(yScale, point.greatest()));
            out.append(String.format(
                    Locale.ROOT, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", x, y(yScale, point.y())));
        }
    }

    private static DoubleStream of(Panel panel, Function<Panel.Point, Double> figure) {
        return panel.points().stream().mapToDouble(figure::apply);
    }

    private static double x(Scale scale, double value) {
        return LEFT + scale.place(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double y(Scale scale, double value) {
        return HEIGHT - BOTTOM - scale.place(value) * (HEIGHT - TOP - BOTTOM);
    }

    private static void line(StringBuilder out, String kind, double x1, double y1, double x2, double y2) {
        out.append(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                kind,
                x1,
                y1,
                x2,
                y2));
    }

    private static void text(StringBuilder out, String kind, double x, double y, String anchor, String words) {
        out.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
                kind,
                x,
                y,
                anchor,
                escaped(words)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
