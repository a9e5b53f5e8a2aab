package io.sluice.server.control;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/**
 * The file {@code control} of a data directory whose broker runs: two lines, {@code http=HOST:PORT} and {@code token=…},
 * readable by the broker's user only. Left behind by a broker that was killed; then nobody answers at the address.
 *
 * @param http where the broker listens for commands, at this machine only
 * @param token what it wants to hear
 */
public record ControlFile(String http, String token) {
    private static final String NAME = "control";
    private static final int TOKEN_BYTES = 32;
    private static final int LENGTH_BYTES_MAX = 4096;

    /** One that nobody can guess. */
    public static String newToken(SecureRandom random) {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Puts it into the directory. */
    public void write(Path directory) {
        Path fresh = directory.resolve(NAME + ".new");
        try {
            Files.deleteIfExists(fresh);
            PrivateFile.create(fresh, "http=" + http + "\ntoken=" + token + "\n");
            Files.move(fresh, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("could not write " + directory.resolve(NAME), e);
        }
    }

    /** What the directory has; empty if its broker does not run or the file may not be read. */
    public static Optional<ControlFile> read(Path directory) {
        Path file = directory.resolve(NAME);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LENGTH_BYTES_MAX) {
                return Optional.empty();
            }
            Properties lines = new Properties();
            lines.load(new StringReader(Files.readString(file)));
            return Optional.of(new ControlFile(lines.getProperty("http", ""), lines.getProperty("token", "")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Takes it away; nothing happens if there is none. */
    public static void delete(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(NAME));
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete " + directory.resolve(NAME), e);
        }
    }
}
