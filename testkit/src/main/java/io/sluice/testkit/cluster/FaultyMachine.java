package io.sluice.testkit.cluster;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.OsProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The disk and the wall clock of one broker, which can be made worse than the machine's: {@code faults.c} stands between the
 * process and the C library. Needs a C compiler and no root. Owner: one thread.
 */
public final class FaultyMachine {
    private static final Duration COMPILE_LIMIT = Duration.ofSeconds(60);
    private static final String COMPILER = "cc";
    private static final String SOURCE = "faults.c";
    private static final int SYNC_DELAY_AT = 0;
    private static final int DISK_FULL_AT = Long.BYTES;
    private static final int WALL_SHIFT_AT = 2 * Long.BYTES;

    private final Path library;
    private final Path faults;

    private FaultyMachine(Path library, Path faults) {
        this.library = library;
        this.faults = faults;
        heal();
    }

    /** Whether there is what such machines need. */
    static boolean isPossible() {
        return OsProcess.isInstalled(COMPILER);
    }

    /** So many, with their files in the folder. */
    static List<FaultyMachine> make(Path folder, int count) {
        Path library = compile(folder);
        List<FaultyMachine> machines = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            machines.add(new FaultyMachine(library, folder.resolve("faults-" + i)));
        }
        return machines;
    }

    private static Path compile(Path folder) {
        Path source = folder.resolve(SOURCE);
        Path library = folder.resolve("faults.so");
        try (InputStream stored = Objects.requireNonNull(FaultyMachine.class.getResourceAsStream(SOURCE))) {
            Files.createDirectories(folder);
            Files.copy(stored, source, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OsProcess.run(COMPILE_LIMIT, COMPILER, "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString());
        return library;
    }

    /** The broker on this machine. */
    BrokerCommand of(BrokerCommand command) {
        List<String> words =
                new ArrayList<>(List.of("/usr/bin/env", "LD_PRELOAD=" + library, "PROCESS_FAULTS=" + faults));
        words.addAll(command.words());
        return new BrokerCommand(words, command.folder());
    }

    /** From now on every sync of the disk takes so much longer. */
    public void slowDisk(long syncDelayMs) {
        set(SYNC_DELAY_AT, syncDelayMs);
    }

    /** From now on nothing can be added to the disk. */
    public void fillDisk() {
        set(DISK_FULL_AT, 1);
    }

    /** The wall clock jumps to so much off the true time. */
    public void shiftClock(long shiftMs) {
        set(WALL_SHIFT_AT, shiftMs);
    }

    /** As good as the machine itself. */
    public void heal() {
        slowDisk(0);
        set(DISK_FULL_AT, 0);
        shiftClock(0);
    }

    private void set(int at, long value) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(value)
                .flip();
        try (FileChannel channel = FileChannel.open(faults, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(bytes, at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
