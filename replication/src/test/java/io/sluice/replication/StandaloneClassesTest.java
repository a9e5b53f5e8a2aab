package io.sluice.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.SystemClock;
import io.sluice.log.disk.SimulatedDisk;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A node that stands alone pays nothing for the cluster that it could be part of. */
class StandaloneClassesTest {
    /** Loads everything itself and remembers what. */
    private static final class RememberingLoader extends URLClassLoader {
        private final Set<String> loaded = ConcurrentHashMap.newKeySet();

        RememberingLoader() throws IOException {
            super(classPath(), ClassLoader.getPlatformClassLoader());
        }

        private static URL[] classPath() throws IOException {
            String[] entries = System.getProperty("java.class.path").split(File.pathSeparator, -1);
            URL[] urls = new URL[entries.length];
            for (int i = 0; i < entries.length; i++) {
                urls[i] = Path.of(entries[i]).toUri().toURL();
            }
            return urls;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            loaded.add(name);
            return super.findClass(name);
        }
    }

    /** What the loader runs. */
    public static final class OneLife implements Runnable {
        /** For the loader. */
        public OneLife() {}

        @Override
        public void run() {
            Replication replication = Replication.open(
                    ReplicationSettings.defaults(Path.of("/data")),
                    List.of(new ShardSpec(1, Durability.FSYNC, List.of())),
                    new SimulatedDisk(new SplittableRandom(1)),
                    new SystemClock(),
                    new SplittableRandom(1),
                    Thread.ofPlatform().daemon().factory());
            replication.stop();
        }
    }

    private static boolean isForClusters(String name) {
        return Stream.of("com.alipay.", "com.google.protobuf.", "com.lmax.", "io.sluice.replication.raft.")
                .anyMatch(name::startsWith);
    }

    @Test
    void nothingOfTheConsensusEngineIsLoaded() throws IOException, ReflectiveOperationException {
        try (RememberingLoader loader = new RememberingLoader()) {
            Object life = loader.loadClass(OneLife.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(life).isInstanceOf(Runnable.class);
            ((Runnable) life).run();

            assertThat(loader.loaded).contains("io.sluice.replication.journal.LocalJournal");
            assertThat(loader.loaded.stream().filter(StandaloneClassesTest::isForClusters))
                    .isEmpty();
        }
    }
}
