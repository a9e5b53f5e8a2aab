package io.sluice.server.demo;

import io.sluice.common.Clock;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last records, redrawn in place. Draws ten times a second at most. Every frame leaves the terminal as it found it,
 * because this process invites people to kill it.
 */
final class LiveTable implements QuakeView {

    private static final int ROWS = 12;
    private static final long FRAME_INTERVAL_NS = 100_000_000;
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final String CLEAR_REST_OF_LINE = "\u001b[K";

    private final PrintWriter out;
    private final Clock clock;
    private final boolean colored;
    private final Deque<Seen> rows = new ArrayDeque<>();
    private List<String> nodes = List.of();
    private int drawnLines;
    private long lastFrameNs;

    LiveTable(PrintWriter out, Clock clock, boolean colored) {
        this.out = out;
        this.clock = clock;
        this.colored = colored;
    }

    @Override
    public void addEarlier(Seen seen) {
        add(seen);
    }

    @Override
    public void add(Seen seen) {
        if (rows.size() == ROWS) {
            rows.removeFirst();
        }
        rows.addLast(seen);
    }

    @Override
    public void nodes(List<String> lines) {
        nodes = lines;
    }

    @Override
    public void status(String text) {
        long nowNs = clock.nanoTime();
        if (drawnLines > 0 && nowNs - lastFrameNs < FRAME_INTERVAL_NS) {
            return;
        }
        lastFrameNs = nowNs;
        StringBuilder frame = new StringBuilder(2048).append(NO_WRAP);
        if (drawnLines > 0) {
            frame.append("\u001b[").append(drawnLines).append("A\r");
        }
        line(frame, colored ? "\u001b[1m" + QuakeText.TITLE + "\u001b[0m" : QuakeText.TITLE);
        rows.forEach(seen -> line(frame, QuakeText.row(seen, colored)));
        for (int empty = rows.size(); empty < ROWS; empty++) {
            line(frame, "");
        }
        nodes.forEach(node -> line(frame, node));
        line(frame, text);
        out.print(frame.append(WRAP));
        out.flush();
        drawnLines = ROWS + 2 + nodes.size();
    }

    private static void line(StringBuilder frame, String text) {
        frame.append(text).append(CLEAR_REST_OF_LINE).append('\n');
    }
}
