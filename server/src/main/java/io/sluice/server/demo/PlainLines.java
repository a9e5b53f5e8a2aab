package io.sluice.server.demo;

import java.io.PrintWriter;
import java.util.List;

/** One line a record, for files and pipes. */
final class PlainLines implements QuakeView {

    private final PrintWriter out;
    private boolean titled;
    private List<String> toldOfNodes = List.of();

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

    /** Who is there and leads what, when that changes; how far they are changes all the time. */
    @Override
    public void nodes(List<String> lines) {
        List<String> now = lines.stream()
                .map(line -> line.split("( applied | in \\d)", 2)[0].strip())
                .toList();
        if (!now.equals(toldOfNodes)) {
            toldOfNodes = now;
            lines.forEach(out::println);
            out.flush();
        }
    }

    @Override
    public void status(String text) {
        // The offset in each line tells as much, and a log wants no line twice a second.
    }
}
