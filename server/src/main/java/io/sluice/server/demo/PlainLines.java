package io.sluice.server.demo;

import java.io.PrintWriter;

/** One line a record, for files and pipes. */
final class PlainLines implements QuakeView {

    private final PrintWriter out;
    private boolean titled;

    PlainLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void addEarlier(Seen seen) {
        // There may be hundreds, and the demo tells how many.
    }

    @Override
    public void add(Seen seen) {
        if (!titled) {
            out.println(QuakeText.TITLE);
            titled = true;
        }
        out.println(QuakeText.row(seen, false));
        out.flush();
    }

    @Override
    public void status(String text) {
        // The offset in each line tells as much, and a log wants no line twice a second.
    }
}
