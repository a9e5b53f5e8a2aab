package io.sluice.server.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the demo says about itself, and the commands that a reader can paste. */
final class DemoGuide {

    private static final String USUAL_ADDRESS = "127.0.0.1:9092";

    private final DemoPlan plan;
    private final String address;
    private final List<Long> processIds;

    DemoGuide(DemoPlan plan, String address, List<Long> processIds) {
        this.plan = plan;
        this.address = address;
        this.processIds = processIds;
    }

    List<String> lines() {
        String bootstrap = address.equals(USUAL_ADDRESS) ? "" : " --bootstrap " + address;
        List<String> lines = new ArrayList<>();
        boolean isAlone = plan.nodeCount() == 1;
        lines.add((isAlone
                        ? "A Sluice broker runs at " + address + " (pid " + processIds.getFirst() + "), its data in "
                        : plan.nodeCount() + " Sluice brokers run at " + address + ", their data in ")
                + plan.dataDirectory()
                + (plan.isTemporary() ? " until Ctrl-C" : ""));
        lines.add("A week of real earthquakes (USGS, 2018) flows into the topic " + Demo.TOPIC + ", "
                + String.format(Locale.ROOT, "%,.0f", plan.speed()) + " times as fast as they came.");
        lines.add("");
        lines.add("Try in another terminal:");
        lines.add("  bin/sluice consume " + Demo.TOPIC + " --last 5 --follow" + bootstrap);
        lines.add("  bin/sluice topic describe " + Demo.TOPIC + bootstrap);
        lines.add("  kcat -C -b " + address + " -t " + Demo.TOPIC + " -o -5 -f '%o %k\\n'");
        lines.add("  echo hello | kcat -P -b " + address + " -t greetings");
        lines.addAll(isAlone ? killing() : killingOne());
        lines.add("");
        return lines;
    }

    private List<String> killing() {
        return List.of(
                "Then kill it the hard way and start again; every acknowledged record is still there:",
                "  kill -9 " + processIds.getFirst(),
                "  bin/sluice demo --data " + quoted(plan.dataDirectory().toString()));
    }

    private List<String> killingOne() {
        String first = quoted(plan.dataDirectory().resolve("node-1").toString());
        return List.of(
                "  bin/sluice cluster status --data " + first,
                "Then kill any one the hard way: the others go on, nothing acknowledged is lost, and "
                        + NodeWatch.RESTART_SECONDS + " seconds later it is started again and catches up:",
                "  kill -9 " + processIds.getFirst() + "   (each line below ends in its own)");
    }

    /** The path as a shell takes it for one word. */
    private static String quoted(String path) {
        return path.matches("[\\w./~+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }
}
