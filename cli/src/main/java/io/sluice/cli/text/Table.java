package io.sluice.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An aligned table for people. Columns are two spaces apart; numbers stand right, text left. Where a width is given,
 * the widest text columns give way, cut with {@code …}, until the table fits; numbers are never cut.
 */
public final class Table {

    /** Width that never cuts: output into a file or a pipe. */
    public static final int UNLIMITED_WIDTH = Integer.MAX_VALUE;

    private static final int TEXT_WIDTH_MIN = 8;
    private static final String GAP = "  ";

    private enum Align {
        LEFT,
        RIGHT
    }

    private record Column(String title, Align align) {}

    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a column whose cells are text. */
    public Table text(String title) {
        columns.add(new Column(title, Align.LEFT));
        return this;
    }

    /** Adds a column whose cells are numbers. */
    public Table number(String title) {
        columns.add(new Column(title, Align.RIGHT));
        return this;
    }

    /**
     * Adds a row; the cells' {@link Object#toString()} is shown.
     *
     * @throws IllegalArgumentException when the row has not one cell per column
     */
    public Table row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "row of " + cells.length + " cells in a table of " + columns.size() + " columns");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(Printable.escaped(cell.toString()));
        }
        rows.add(row);
        return this;
    }

    /** The table's lines, title line first, none longer than {@code widthLimit} where cutting text can reach that. */
    public List<String> lines(int widthLimit) {
        int[] widths = fit(naturalWidths(), widthLimit);
        List<String> lines = new ArrayList<>();
        lines.add(line(columns.stream().map(Column::title).toList(), widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private int[] naturalWidths() {
        return IntStream.range(0, columns.size())
                .map(index -> rows.stream()
                        .mapToInt(row -> length(row.get(index)))
                        .reduce(columns.get(index).title().length(), Math::max))
                .toArray();
    }

    private int[] fit(int[] widths, int widthLimit) {
        int[] fitted = widths.clone();
        while (total(fitted) > widthLimit) {
            int widest = widestText(fitted);
            if (widest < 0) {
                return fitted;
            }
            fitted[widest]--;
        }
        return fitted;
    }

    private int widestText(int[] widths) {
        int widest = -1;
        for (int index = 0; index < widths.length; index++) {
            boolean mayShrink = columns.get(index).align() == Align.LEFT && widths[index] > TEXT_WIDTH_MIN;
            if (mayShrink && (widest < 0 || widths[index] > widths[widest])) {
                widest = index;
            }
        }
        return widest;
    }

    private static long total(int[] widths) {
        return IntStream.of(widths).asLongStream().sum() + (long) GAP.length() * (widths.length - 1);
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int index = 0; index < widths.length; index++) {
            String cell = cut(cells.get(index), widths[index]);
            String padding = " ".repeat(Math.max(0, widths[index] - length(cell)));
            line.append(index == 0 ? "" : GAP);
            line.append(columns.get(index).align() == Align.RIGHT ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String cut(String text, int width) {
        return length(text) <= width ? text : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }
}
