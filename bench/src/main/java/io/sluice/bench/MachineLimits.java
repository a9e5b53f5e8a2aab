package io.sluice.bench;

import io.sluice.bench.load.LatencyHistogram;
import io.sluice.testkit.Stopwatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/** What no broker on this machine can beat: loopback, disk, sync, wake-ups and checksum. */
final class MachineLimits {
    private static final int MIB = 1 << 20;
    private static final int FILE_MIB = 1_024;
    private static final int JOURNAL_MIB = 64;
    private static final Duration DURATION = Duration.ofSeconds(2);

    private MachineLimits() {}

    static Map<String, Double> measure(Path folder) throws IOException, InterruptedException {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loopback, 1 MiB writes, MB/s", loopbackMbPerSecond());
        figures.put("sequential write of 1 GiB with a final sync, MB/s", diskMbPerSecond(folder));
        for (int kib : new int[] {4, 64, 1_024}) {
            LatencyHistogram latencies = syncLatencies(folder, kib << 10);
            figures.put(
                    "write and sync of %d KiB into a zeroed file, p50 ms".formatted(kib), latencies.percentileMs(50));
            figures.put(
                    "write and sync of %d KiB into a zeroed file, p99 ms".formatted(kib), latencies.percentileMs(99));
        }
        figures.put(
                "two threads wake each other, p50 ms",
                new WakeUps().measure(DURATION).percentileMs(50));
        figures.put("CRC-32C of 64 KiB, MB/s", crcMbPerSecond(64 << 10));
        figures.put("CRC-32C of 1 KiB, MB/s", crcMbPerSecond(1 << 10));
        Files.delete(folder);
        return figures;
    }

    private static double loopbackMbPerSecond() throws IOException, InterruptedException {
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Thread reader = Thread.ofPlatform().daemon().start(() -> drain(server));
            Stopwatch watch = Stopwatch.started();
            long bytes = 0;
            try (SocketChannel sender = SocketChannel.open(server.getLocalAddress())) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(MIB);
                while (!watch.hasPassed(DURATION)) {
                    bytes += sender.write(buffer.clear());
                }
            }
            double seconds = watch.elapsedSeconds();
            reader.join();
            return bytes / 1e6 / seconds;
        }
    }

    private static void drain(ServerSocketChannel server) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MIB);
        try (SocketChannel accepted = server.accept()) {
            while (accepted.read(buffer.clear()) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new IllegalStateException("loopback breaks", e);
        }
    }

    private static double diskMbPerSecond(Path folder) throws IOException {
        Path file = folder.resolve("write");
        Stopwatch watch = Stopwatch.started();
        fill(file, FILE_MIB);
        double seconds = watch.elapsedSeconds();
        Files.delete(file);
        return FILE_MIB * (double) MIB / 1e6 / seconds;
    }

    private static void fill(Path file, int mib) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MIB);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < mib; i++) {
                channel.write(buffer.clear());
            }
            channel.force(true);
        }
    }

    private static LatencyHistogram syncLatencies(Path folder, int size) throws IOException {
        Path file = folder.resolve("sync");
        fill(file, JOURNAL_MIB);
        LatencyHistogram latencies = new LatencyHistogram();
        ByteBuffer buffer = ByteBuffer.allocateDirect(size);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Stopwatch all = Stopwatch.started();
            long position = 0;
            while (!all.hasPassed(DURATION)) {
                Stopwatch one = Stopwatch.started();
                channel.write(buffer.clear(), position);
                channel.force(false);
                latencies.record(one.elapsedNs());
                position = (position + size) % ((long) JOURNAL_MIB * MIB);
            }
        }
        Files.delete(file);
        return latencies;
    }

    private static double crcMbPerSecond(int size) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(size);
        CRC32C crc = new CRC32C();
        Stopwatch watch = Stopwatch.started();
        long bytes = 0;
        while (!watch.hasPassed(DURATION)) {
            for (int i = 0; i < 1_000; i++) {
                crc.update(buffer.clear());
            }
            bytes += 1_000L * size;
        }
        return bytes / 1e6 / watch.elapsedSeconds();
    }
}
