package io.sluice.server.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Limits of the process and its memory.
 *
 * @param system the kernel's files
 * @param heapBytes the largest heap
 * @param bufferBytes memory outside of the heap that the settings allow
 * @param connectionsMax connections that the settings allow
 */
record MachineChecks(SystemFiles system, long heapBytes, long bufferBytes, long connectionsMax) {
    private static final long MEBIBYTE = 1 << 20;
    private static final long JVM_BYTES = 200 * MEBIBYTE;
    private static final long FILES_OF_LOG = 4_096 + 512;
    private static final long MAPS_MIN = 65_530;

    List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        found.add(Finding.ok(
                "java", Runtime.version() + " on " + Runtime.getRuntime().availableProcessors() + " processors"));
        found.add(memory());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            found.add(openFiles(unix.getMaxFileDescriptorCount()));
        }
        found.add(maps());
        return found;
    }

    Finding memory() {
        OptionalLong memory = system.memoryBytes();
        String heap = "heap " + heapBytes / MEBIBYTE + " MiB";
        if (memory.isEmpty()) {
            return Finding.ok("memory", heap);
        }
        long needed = heapBytes + bufferBytes + JVM_BYTES;
        String says = heap + " + buffers " + bufferBytes / MEBIBYTE + " MiB + JVM of " + memory.getAsLong() / MEBIBYTE
                + " MiB";
        if (needed > memory.getAsLong()) {
            return Finding.fail(
                    "memory",
                    says,
                    "the system would kill the broker under load: set SLUICE_HEAP lower, or add memory");
        }
        return needed > memory.getAsLong() / 4 * 3
                ? Finding.warn(
                        "memory", says, "little is left for the page cache: set SLUICE_HEAP lower, or add memory")
                : Finding.ok("memory", says);
    }

    Finding openFiles(long limit) {
        long needed = connectionsMax + FILES_OF_LOG;
        String says = limit + " open files allowed, up to " + needed + " used";
        return limit >= needed
                ? Finding.ok("open files", says)
                : Finding.warn(
                        "open files",
                        says,
                        "raise it: `ulimit -n " + needed + "`, LimitNOFILE in systemd, or lower max.connections");
    }

    Finding maps() {
        OptionalLong limit = system.number("proc/sys/vm/max_map_count");
        if (limit.isEmpty() || limit.getAsLong() >= MAPS_MIN) {
            return Finding.ok("memory maps", limit.isEmpty() ? "no limit known" : limit.getAsLong() + " allowed");
        }
        return Finding.warn(
                "memory maps",
                limit.getAsLong() + " allowed",
                "raise it: `sysctl -w vm.max_map_count=" + MAPS_MIN + "`; threads and buffers need maps");
    }
}
