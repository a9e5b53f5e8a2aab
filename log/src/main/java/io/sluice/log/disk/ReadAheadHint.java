package io.sluice.log.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks the kernel to bring a part of a file into the page cache, without waiting for it: <a
 * href="https://man7.org/linux/man-pages/man2/posix_fadvise.2.html">posix_fadvise</a> with {@code POSIX_FADV_WILLNEED}. Java
 * has no call for it. Does nothing where the system has none, or not this one. Any thread.
 */
final class ReadAheadHint {
    /** Of Linux; other systems number it differently or lack it. */
    private static final int WILL_NEED = 3;

    private static final int READ_ONLY = 0;
    private static final Optional<ReadAheadHint> HINT =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux") ? link() : Optional.empty();

    private final MethodHandle open;
    private final MethodHandle advise;
    private final MethodHandle close;

    private ReadAheadHint(MethodHandle open, MethodHandle advise, MethodHandle close) {
        this.open = open;
        this.advise = advise;
        this.close = close;
    }

    private static Optional<ReadAheadHint> link() {
        Linker linker = Linker.nativeLinker();
        SymbolLookup system = linker.defaultLookup();
        FunctionDescriptor openCall = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
        FunctionDescriptor adviseCall = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
        Linker.Option variadic = Linker.Option.firstVariadicArg(2);
        return system.find("open")
                .flatMap(open -> system.find("posix_fadvise")
                        .flatMap(advise -> system.find("close")
                                .map(close -> new ReadAheadHint(
                                        linker.downcallHandle(open, openCall, variadic),
                                        linker.downcallHandle(advise, adviseCall),
                                        linker.downcallHandle(close, FunctionDescriptor.of(JAVA_INT, JAVA_INT))))));
    }

    /** So many bytes from the position will be read soon. A file that is gone is none of its concern. */
    static void willNeed(Path file, long filePosition, long lengthBytes) {
        HINT.ifPresent(hint -> hint.give(file, filePosition, lengthBytes));
    }

    private void give(Path file, long filePosition, long lengthBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(file.toString());
            int descriptor = (int) open.invokeExact(path, READ_ONLY, 0);
            if (descriptor >= 0) {
                // Whether it was taken makes no difference to anybody.
                int _ = (int) advise.invokeExact(descriptor, filePosition, lengthBytes, WILL_NEED);
                int _ = (int) close.invokeExact(descriptor);
            }
        } catch (Throwable impossible) {
            throw new IllegalStateException("a call into the system's library failed", impossible);
        }
    }
}
