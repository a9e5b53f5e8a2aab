package io.sluice.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Flips a bit in a journal of a broker that does not run, in a block behind which there are others: what it says had been
 * acknowledged. The format stands in the broker's package of journals.
 */
public final class JournalDamage {
    private static final int FILE_MAGIC = 0x534C4A46;
    private static final int BLOCK_MAGIC = 0x534C4A42;
    private static final int PAGE_BYTES = 4096;
    private static final int SALT_AT = 8;
    private static final int SEQUENCE_AT = 16;
    private static final int BODY_LENGTH_AT = 48;
    private static final int BLOCK_HEADER_BYTES = 72;
    private static final int BLOCKS_BEHIND = 3;

    /** Four bytes behind the checksums mean nothing. */
    private static final int IDLE_BYTES_AT = 68;

    private JournalDamage() {}

    /** A place in a file. */
    private record Spot(Path file, long position) {}

    /** Damages what one of the journals of the data folder keeps, or says about it; answers where. */
    public static String anywhere(Path dataFolder, RandomGenerator random) {
        List<Spot> spots = new ArrayList<>();
        for (Path journal : journals(dataFolder)) {
            spots.addAll(blocks(journal, random, Integer.MAX_VALUE, BLOCKS_BEHIND));
        }
        return inflict(spots, dataFolder, random);
    }

    /**
     * Damages what a shard's journal says about a block, which is read at every start: what it keeps is read when that is
     * needed. Of a broker that was stopped in good order: the last block says that all before it are durable.
     */
    public static String inHeader(Path dataFolder, int shard, RandomGenerator random) {
        Path journal = dataFolder.resolve("shard-" + shard).resolve("journal");
        return inflict(blocks(journal, random, IDLE_BYTES_AT, 1), journal, random);
    }

    private static String inflict(List<Spot> spots, Path where, RandomGenerator random) {
        if (spots.isEmpty()) {
            throw new IllegalStateException("no journal in " + where + " has enough in it");
        }
        Spot chosen = spots.get(random.nextInt(spots.size()));
        flip(chosen, 1 << random.nextInt(Byte.SIZE));
        return chosen.file() + " at " + chosen.position();
    }

    private static List<Path> journals(Path dataFolder) {
        try (Stream<Path> shards = Files.list(dataFolder)) {
            return shards.map(shard -> shard.resolve("journal"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place in each block of the newest file that has enough of them: others are prepared and empty. */
    private static List<Spot> blocks(Path journal, RandomGenerator random, int bytesMax, int blocksBehind) {
        try (Stream<Path> files = Files.list(journal)) {
            return files.filter(file -> file.toString().endsWith(".journal"))
                    .sorted(Comparator.comparingLong(JournalDamage::sequence).reversed())
                    .map(file -> blocksOf(file, random, bytesMax))
                    .filter(blocks -> blocks.size() > blocksBehind)
                    .map(blocks -> blocks.subList(0, blocks.size() - blocksBehind))
                    .findFirst()
                    .orElse(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long sequence(Path file) {
        ByteBuffer header = page(file, 0);
        return header.remaining() == PAGE_BYTES && header.getInt(0) == FILE_MAGIC ? header.getLong(SEQUENCE_AT) : -1;
    }

    private static List<Spot> blocksOf(Path file, RandomGenerator random, int bytesMax) {
        List<Spot> spots = new ArrayList<>();
        long salt = page(file, 0).getLong(SALT_AT);
        long position = PAGE_BYTES;
        ByteBuffer page = page(file, position);
        while (page.remaining() == PAGE_BYTES && page.getInt(0) == BLOCK_MAGIC && page.getLong(SALT_AT) == salt) {
            int lengthBytes = BLOCK_HEADER_BYTES + page.getInt(BODY_LENGTH_AT);
            int at = random.nextInt(Math.min(lengthBytes, bytesMax));
            boolean isIdle = at >= IDLE_BYTES_AT && at < BLOCK_HEADER_BYTES;
            spots.add(new Spot(file, position + (isIdle ? BODY_LENGTH_AT : at)));
            position += Math.ceilDiv(lengthBytes, PAGE_BYTES) * (long) PAGE_BYTES;
            page = page(file, position);
        }
        return spots;
    }

    private static ByteBuffer page(Path file, long position) {
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (page.hasRemaining() && channel.read(page, position + page.position()) > 0) {
                // A read may be short.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page.flip();
    }

    private static void flip(Spot spot, int bit) {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (FileChannel channel = FileChannel.open(spot.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.read(one, spot.position()) != 1) {
                throw new IllegalStateException(spot + " is behind the end");
            }
            one.put(0, (byte) (one.get(0) ^ bit)).flip();
            channel.write(one, spot.position());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
