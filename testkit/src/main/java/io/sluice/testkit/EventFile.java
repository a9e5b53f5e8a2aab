package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Real events, one JSON document a line, from the folder in the system property {@code sluice.events}; where the file is
 * missing, made-up lines of the same size and shape take its place, always the same ones.
 */
public enum EventFile {
    /** About 1,700 USGS earthquakes of 700 bytes each. */
    EARTHQUAKES("earthquakes.ndjson", 1_700) {
        @Override
        String madeUp(int number, Random random) {
            return "{\"type\":\"Feature\",\"properties\":{\"mag\":%.2f,\"place\":\"%dkm NNE of Amboy, Île %s\",\"code\":\"%d\",\"detail\":\"%s\"}}"
                    .formatted(
                            random.nextDouble() * 7, random.nextInt(90), "ü", number, "x".repeat(random.nextInt(900)));
        }
    },
    /** 200,000 flights of 50 bytes each. */
    FLIGHTS("flights.ndjson", 200_000) {
        @Override
        String madeUp(int number, Random random) {
            return "{\"delay\":%d,\"distance\":%d,\"time\":%.1f}"
                    .formatted(random.nextInt(200), random.nextInt(3_000), number / 1000.0);
        }
    };

    private final String fileName;
    private final int madeUpLines;

    EventFile(String fileName, int madeUpLines) {
        this.fileName = fileName;
        this.madeUpLines = madeUpLines;
    }

    abstract String madeUp(int number, Random random);

    /** At most {@code limit} lines as bytes, in file order. */
    public List<byte[]> lines(int limit) {
        String folder = System.getProperty("sluice.events", "");
        Path file = Path.of(folder).resolve(fileName);
        if (folder.isEmpty() || !Files.isRegularFile(file)) {
            return madeUpLines(limit);
        }
        try (var lines = Files.lines(file)) {
            return lines.limit(limit)
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private List<byte[]> madeUpLines(int limit) {
        Random random = new Random(fileName.hashCode());
        List<byte[]> lines = new ArrayList<>();
        for (int number = 0; number < Math.min(limit, madeUpLines); number++) {
            lines.add(madeUp(number, random).getBytes(StandardCharsets.UTF_8));
        }
        return lines;
    }
}
