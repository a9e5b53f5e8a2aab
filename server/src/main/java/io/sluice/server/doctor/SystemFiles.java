package io.sluice.server.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel tells in files.
 *
 * @param root {@code /}, or another folder in tests
 */
record SystemFiles(Path root) {
    private static final int KIBIBYTE = 1024;

    /** Lines of a file, none if it cannot be read. */
    List<String> lines(String path) {
        try {
            return Files.readAllLines(root.resolve(path), StandardCharsets.ISO_8859_1);
        } catch (IOException | SecurityException e) {
            return List.of();
        }
    }

    /** The number in a file that holds one. */
    OptionalLong number(String path) {
        return lines(path).stream()
                .limit(1)
                .filter(line -> line.strip().matches("[0-9]{1,18}"))
                .mapToLong(line -> Long.parseLong(line.strip()))
                .findFirst();
    }

    boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    /** Memory this process may use: the machine's, or less if its control group has a limit. */
    OptionalLong memoryBytes() {
        OptionalLong machine = lines("proc/meminfo").stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE)
                .findFirst();
        OptionalLong group = number("sys/fs/cgroup/memory.max");
        if (machine.isPresent() && group.isPresent()) {
            return OptionalLong.of(Math.min(machine.getAsLong(), group.getAsLong()));
        }
        return machine.isPresent() ? machine : group;
    }

    /** Names of the programs that run. */
    List<String> programs() {
        String[] numbers = root.resolve("proc").toFile().list((folder, name) -> name.matches("[0-9]+"));
        return numbers == null
                ? List.of()
                : Arrays.stream(numbers)
                        .flatMap(number -> lines("proc/" + number + "/comm").stream())
                        .toList();
    }

    /** Type of the file system that holds the path: the mount with the longest matching folder. */
    Optional<String> fileSystem(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        String type = "";
        int longest = -1;
        for (String line : lines("proc/self/mounts")) {
            String[] words = line.split(" ", -1);
            if (words.length > 2) {
                Path mount = Path.of(words[1].replace("\\040", " "));
                if (absolute.startsWith(mount) && mount.getNameCount() >= longest) {
                    longest = mount.getNameCount();
                    type = words[2];
                }
            }
        }
        return type.isEmpty() ? Optional.empty() : Optional.of(type);
    }
}
