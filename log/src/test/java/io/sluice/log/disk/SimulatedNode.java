package io.sluice.log.disk;

import static io.sluice.log.disk.SimulatedPage.PAGE_BYTES;

import io.sluice.common.Check;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a simulated directory names: a file or a directory. */
sealed interface SimulatedNode {

    /** A file's pages and lengths. */
    final class FileNode implements SimulatedNode {
        private final TreeMap<Integer, SimulatedPage> pages = new TreeMap<>();
        private long lengthBytes;
        private long durableLengthBytes;

        long lengthBytes() {
            return lengthBytes;
        }

        int read(ByteBuffer destination, long filePosition) {
            int total = (int) Math.max(0, Math.min(destination.remaining(), lengthBytes - filePosition));
            int done = 0;
            while (done < total) {
                int start = (int) ((filePosition + done) % PAGE_BYTES);
                int count = Math.min(PAGE_BYTES - start, total - done);
                SimulatedPage page = pages.get((int) ((filePosition + done) / PAGE_BYTES));
                if (page == null) {
                    destination.put(new byte[count]);
                } else {
                    page.read(destination, start, count);
                }
                done += count;
            }
            return total;
        }

        void write(ByteBuffer source, int total, long filePosition) {
            int done = 0;
            while (done < total) {
                int start = (int) ((filePosition + done) % PAGE_BYTES);
                int count = Math.min(PAGE_BYTES - start, total - done);
                page(filePosition + done).write(source, start, count);
                done += count;
            }
            lengthBytes = Math.max(lengthBytes, filePosition + total);
        }

        void truncate(long newLengthBytes) {
            if (newLengthBytes < lengthBytes && newLengthBytes % PAGE_BYTES != 0) {
                page(newLengthBytes).zero((int) (newLengthBytes % PAGE_BYTES), PAGE_BYTES);
            }
            int firstCut = (int) ((newLengthBytes + PAGE_BYTES - 1) / PAGE_BYTES);
            pages.tailMap(firstCut, true).values().forEach(page -> page.zero(0, PAGE_BYTES));
            lengthBytes = newLengthBytes;
        }

        void sync() {
            pages.values().forEach(SimulatedPage::sync);
            durableLengthBytes = lengthBytes;
            pages.tailMap((int) ((lengthBytes + PAGE_BYTES - 1) / PAGE_BYTES), true)
                    .clear();
        }

        /** Some pages reach the medium, then the machine stops. */
        void syncPartly(RandomGenerator random) {
            pages.values().stream().filter(page -> random.nextBoolean()).forEach(SimulatedPage::sync);
        }

        void syncFails(RandomGenerator random) {
            pages.values().forEach(page -> page.syncFails(random.nextBoolean()));
        }

        void flip(long filePosition, byte mask) {
            Check.check(filePosition < lengthBytes, "flip at %d of %d bytes", filePosition, lengthBytes);
            page(filePosition).flip((int) (filePosition % PAGE_BYTES), mask);
        }

        private SimulatedPage page(long filePosition) {
            return pages.computeIfAbsent((int) (filePosition / PAGE_BYTES), index -> new SimulatedPage());
        }

        void freeInto(List<byte[]> recycled) {
            pages.values().forEach(page -> recycled.add(page.cached()));
        }

        FileNode afterPowerLoss(RandomGenerator random, double keepChance, StalePages stale) {
            FileNode survivor = new FileNode();
            survivor.lengthBytes = survivingLength(random, keepChance);
            survivor.durableLengthBytes = survivor.lengthBytes;
            int pageCount = (int) ((survivor.lengthBytes + PAGE_BYTES - 1) / PAGE_BYTES);
            for (int index = 0; index < pageCount; index++) {
                SimulatedPage page = pages.get(index);
                if (page != null) {
                    survivor.pages.put(index, page.afterPowerLoss(random, keepChance, stale.next()));
                }
            }
            return survivor;
        }

        private long survivingLength(RandomGenerator random, double keepChance) {
            long shorter = Math.min(lengthBytes, durableLengthBytes);
            long longer = Math.max(lengthBytes, durableLengthBytes);
            if (shorter < longer && random.nextInt(4) == 0) {
                return shorter + random.nextLong(longer - shorter);
            }
            return random.nextDouble() < keepChance ? lengthBytes : durableLengthBytes;
        }
    }

    /** A directory's names, and the changes to them that no directory sync has made durable. */
    final class DirectoryNode implements SimulatedNode {
        private final TreeMap<String, SimulatedNode> names = new TreeMap<>();
        private final TreeMap<String, SimulatedNode> durableNames = new TreeMap<>();
        private final List<Change> unsynced = new ArrayList<>();

        /** {@code node} is null for a removal; a rename removes {@code replaced} in the same step. */
        private record Change(
                String name,
                @Nullable SimulatedNode node,
                @Nullable String replaced) {}

        @Nullable
        SimulatedNode get(String name) {
            return names.get(name);
        }

        Collection<String> names() {
            return names.keySet();
        }

        void put(String name, SimulatedNode node) {
            apply(new Change(name, node, null));
        }

        void remove(String name) {
            apply(new Change(name, null, null));
        }

        void rename(String from, String to, SimulatedNode node) {
            apply(new Change(to, node, from));
        }

        private void apply(Change change) {
            unsynced.add(change);
            change(names, change);
        }

        private static void change(TreeMap<String, SimulatedNode> target, Change change) {
            if (change.replaced() != null) {
                target.remove(change.replaced());
            }
            if (change.node() == null) {
                target.remove(change.name());
            } else {
                target.put(change.name(), change.node());
            }
        }

        void sync() {
            unsynced.forEach(change -> change(durableNames, change));
            unsynced.clear();
        }

        /** The file system journals names in order, so a power cut keeps a first part of the changes. */
        DirectoryNode afterPowerLoss(RandomGenerator random, double keepChance, StalePages stale) {
            int kept = random.nextDouble() < keepChance ? unsynced.size() : random.nextInt(unsynced.size() + 1);
            TreeMap<String, SimulatedNode> surviving = new TreeMap<>(durableNames);
            unsynced.subList(0, kept).forEach(change -> change(surviving, change));
            DirectoryNode survivor = new DirectoryNode();
            surviving.forEach((name, node) -> survivor.names.put(
                    name,
                    switch (node) {
                        case FileNode file ->
                            stale.survivors()
                                    .computeIfAbsent(file, lost -> lost.afterPowerLoss(random, keepChance, stale));
                        case DirectoryNode directory -> directory.afterPowerLoss(random, keepChance, stale);
                    }));
            survivor.durableNames.putAll(survivor.names);
            return survivor;
        }
    }

    /**
     * Content of places on the medium that were never written: zeros, noise, or pages of deleted files.
     *
     * @param survivors what became of the files, because one that had two names is still one file
     */
    record StalePages(
            RandomGenerator random, List<byte[]> recycled, boolean zerosOnly, Map<FileNode, FileNode> survivors) {
        byte[] next() {
            byte[] page = new byte[PAGE_BYTES];
            if (zerosOnly || random.nextInt(3) == 0) {
                return page;
            }
            if (!recycled.isEmpty() && random.nextBoolean()) {
                return recycled.get(random.nextInt(recycled.size())).clone();
            }
            random.nextBytes(page);
            return page;
        }
    }
}
