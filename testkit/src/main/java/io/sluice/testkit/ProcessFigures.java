package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What Linux says about a process: CPU time and memory, from {@code /proc} (man 5 proc). */
public final class ProcessFigures {
    private static final double TICKS_PER_SECOND = 100;
    private static final double KIB_PER_MIB = 1_024;
    private static final Duration SETTLE = Duration.ofSeconds(5);

    private ProcessFigures() {}

    /** User and system time of all threads of {@code pid} so far, in seconds, in steps of 10 ms. */
    public static double cpuSeconds(long pid) {
        String stat = read(pid, "stat");
        // The second field is the program's name in brackets and may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Resident memory of {@code pid} in MiB. */
    public static double rssMib(long pid) {
        return status(pid, "VmRSS:") / KIB_PER_MIB;
    }

    /** Resident memory of {@code pid} that no file holds, in MiB. */
    public static double anonymousMib(long pid) {
        return status(pid, "RssAnon:") / KIB_PER_MIB;
    }

    /** Objects that live in the heap of the JVM {@code pid}, in MiB, after a collection of its garbage. */
    public static double liveHeapMib(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram = OsProcess.run(Duration.ofSeconds(60), jcmd, Long.toString(pid), "GC.class_histogram");
        String total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no total in the histogram of process " + pid));
        return Long.parseLong(total.substring(total.lastIndexOf(' ') + 1)) / KIB_PER_MIB / KIB_PER_MIB;
    }

    private static long status(long pid, String name) {
        for (String line : read(pid, "status").split("\n", -1)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IllegalStateException("process " + pid + " has no " + name);
    }

    /** Resident memory in MiB after an explicit collection in the JVM {@code pid} and five seconds of rest. */
    public static double rssMibAfterCollection(long pid) {
        collect(pid);
        Stopwatch.sleep(SETTLE);
        return rssMib(pid);
    }

    /** Makes the JVM {@code pid} collect its garbage, and waits until it has. */
    public static void collect(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        OsProcess.run(Duration.ofSeconds(60), jcmd, Long.toString(pid), "GC.run");
    }

    /** Threads of {@code pid}, without virtual ones. */
    public static int threads(long pid) {
        String[] names = Path.of("/proc", Long.toString(pid), "task").toFile().list();
        return names == null ? 0 : List.of(names).size();
    }

    /** Open file descriptors of {@code pid}. */
    public static int openFiles(long pid) {
        String[] names = Path.of("/proc", Long.toString(pid), "fd").toFile().list();
        return names == null ? 0 : List.of(names).size();
    }

    private static String read(long pid, String name) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), name));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " is gone", e);
        }
    }
}
