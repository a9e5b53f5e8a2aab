package io.sluice.testkit.soak;

import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.MetricsPage;
import io.sluice.testkit.OpenFileCounts;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.soak.BrokerSample.Held;
import io.sluice.testkit.soak.BrokerSample.Moment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at a broker from outside: {@code /metrics}, {@code /proc}, its data folder. Owner: one thread. */
final class BrokerWatch {
    private static final String SHARED_FOLDER = "packs";
    private static final double BYTES_PER_MIB = 1 << 20;

    private final BrokerProcess broker;
    private final Path dataFolder;

    BrokerWatch(BrokerProcess broker, Path dataFolder) {
        this.broker = broker;
        this.dataFolder = dataFolder;
    }

    /** Collects the broker's garbage and looks at once, before new garbage counts. */
    BrokerSample sample(Moment moment) {
        long pid = broker.pid();
        ProcessFigures.collect(pid);
        double rssMib = ProcessFigures.rssMib(pid);
        int threads = ProcessFigures.threads(pid);
        MetricsPage page = MetricsPage.of(broker);
        return new BrokerSample(
                moment,
                mib(page, "jvm_heap_used_bytes"),
                rssMib,
                mib(page, "jvm_direct_memory_bytes"),
                mib(page, "sluice_shared_buffer_bytes"),
                threads,
                (int) page.value("jvm_threads"),
                OpenFileCounts.of(pid),
                (int) page.value("sluice_segment_files_open"),
                held(page));
    }

    /** What the broker holds now, without a collection. */
    Held held() {
        return held(MetricsPage.of(broker));
    }

    int deletedFiles() {
        return OpenFileCounts.of(broker.pid()).deleted();
    }

    private Held held(MetricsPage page) {
        return new Held(
                (int) page.value("sluice_connections"),
                (int) page.value("sluice_topics"),
                (int) page.value("sluice_groups"),
                topicFolders());
    }

    private static double mib(MetricsPage page, String name) {
        return page.value(name) / BYTES_PER_MIB;
    }

    // Each shard has a folder for each topic, and one for what small segments share.
    private int topicFolders() {
        int count = 0;
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(dataFolder, "shard-*")) {
            for (Path shard : shards) {
                count += entries(shard.resolve("partitions"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + dataFolder, e);
        }
        return count;
    }

    private static int entries(Path folder) {
        String[] names = folder.toFile().list((in, name) -> !name.equals(SHARED_FOLDER));
        return names == null ? 0 : names.length;
    }
}
