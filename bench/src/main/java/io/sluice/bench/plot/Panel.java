package io.sluice.bench.plot;

import java.util.List;

/**
 * One line of a chart with axes of its own.
 *
 * @param title what is drawn, with its unit
 * @param points ascending, at least one
 */
public record Panel(String title, List<Point> points) {
    /** Copies the points. */
    public Panel {
        points = List.copyOf(points);
    }

    /**
     * A value, and between which ones it was.
     *
     * @param x where it was measured
     * @param y what is drawn
     * @param least of all that were measured there
     * @param greatest of all that were measured there
     */
    public record Point(double x, double y, double least, double greatest) {}
}
