package io.sluice.server.node;

import io.sluice.broker.api.UserService.SetCredential;
import io.sluice.broker.api.UserService.UserChange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A user by whom the others can be made. Read from a file, since whoever may read it may do what the user may.
 *
 * @param name of the user
 * @param password in the clear, as the file has it
 */
record FirstUser(String name, String password) {
    private static final long FILE_BYTES_MAX = 64 << 10;
    private static final Set<PosixFilePermission> OF_OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** Shows no secret. */
    @Override
    public String toString() {
        return "FirstUser[name=" + name + "]";
    }

    /** Throws {@link IllegalArgumentException} with a sentence that holds no line of the file. */
    static List<FirstUser> read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IllegalArgumentException(file + " is larger than " + FILE_BYTES_MAX + " bytes");
            }
            for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
                if (OF_OTHERS.contains(permission)) {
                    throw new IllegalArgumentException(
                            file + " holds passwords and can be read or written by others; run: chmod 600 " + file);
                }
            }
            return parse(file, Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + (Files.exists(file) ? " cannot be read by this user" : " does not exist"), e);
        }
    }

    private static List<FirstUser> parse(Path file, List<String> lines) {
        List<FirstUser> users = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || colon == line.length() - 1) {
                throw new IllegalArgumentException("line " + (i + 1) + " of " + file + " is not NAME:PASSWORD");
            }
            users.add(new FirstUser(line.substring(0, colon), line.substring(colon + 1)));
        }
        return users;
    }

    /** Credentials of both mechanisms for each; milliseconds each. */
    static List<UserChange> changes(List<FirstUser> users, RandomGenerator random) {
        return users.stream()
                .flatMap(user -> SetCredential.ofPassword(user.name(), user.password(), random).stream())
                .toList();
    }
}
