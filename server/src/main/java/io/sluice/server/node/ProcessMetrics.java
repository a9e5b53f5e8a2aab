package io.sluice.server.node;

import com.sun.management.UnixOperatingSystemMXBean;
import io.sluice.common.Metric;
import io.sluice.common.MetricSource;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What the process costs: memory, processor time, garbage collection, files. Reads a few files below {@code /proc}. */
record ProcessMetrics(String version) implements MetricSource {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final double NANOSECONDS = 1e9;
    private static final double MILLISECONDS = 1e3;
    private static final int KIBIBYTE = 1024;

    @Override
    public void collect(Consumer<Metric> consumer) {
        collectMemory(consumer);
        collectSystem(consumer);
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            Map<String, String> label = Map.of("gc", collector.getName());
            consumer.accept(new Metric(
                    "jvm_gc_collection_seconds_total",
                    Metric.Kind.COUNTER,
                    "Time spent in garbage collection.",
                    label,
                    collector.getCollectionTime() / MILLISECONDS));
            consumer.accept(new Metric(
                    "jvm_gc_collections_total",
                    Metric.Kind.COUNTER,
                    "Garbage collections.",
                    label,
                    collector.getCollectionCount()));
        }
        consumer.accept(new Metric(
                "sluice_info",
                Metric.Kind.GAUGE,
                "Always 1; which Sluice and which JVM this is.",
                Map.of("version", version, "jvm", Runtime.version().toString()),
                1));
        consumer.accept(Metric.gauge(
                "jvm_classes_loaded",
                "Classes loaded now.",
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount()));
        consumer.accept(Metric.gauge(
                "jvm_threads",
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount()));
        consumer.accept(Metric.gauge(
                "process_start_time_seconds",
                "Start of the process, seconds since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLISECONDS));
    }

    private static void collectMemory(Consumer<Metric> consumer) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        consumer.accept(Metric.gauge("jvm_heap_used_bytes", "Heap in use, garbage included.", heap.getUsed()));
        consumer.accept(Metric.gauge("jvm_heap_committed_bytes", "Heap held.", heap.getCommitted()));
        consumer.accept(Metric.gauge("jvm_heap_max_bytes", "Largest heap.", heap.getMax()));
        consumer.accept(Metric.gauge(
                "jvm_non_heap_used_bytes",
                "Memory of classes and compiled code.",
                ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed()));
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        consumer.accept(Metric.gauge("jvm_direct_memory_bytes", "Memory of direct buffers of the JDK.", direct));
    }

    private static void collectSystem(Consumer<Metric> consumer) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            consumer.accept(Metric.counter(
                    "process_cpu_seconds_total",
                    "Processor time, user and system.",
                    system.getProcessCpuTime() / NANOSECONDS));
            consumer.accept(
                    Metric.gauge("process_open_fds", "Open file descriptors.", system.getOpenFileDescriptorCount()));
            consumer.accept(Metric.gauge(
                    "process_max_fds", "Most file descriptors allowed.", system.getMaxFileDescriptorCount()));
        }
        residentBytes()
                .ifPresent(bytes ->
                        consumer.accept(Metric.gauge("process_resident_memory_bytes", "Resident memory.", bytes)));
    }

    /** Empty where the system has no {@code /proc}. */
    private static OptionalLong residentBytes() {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
