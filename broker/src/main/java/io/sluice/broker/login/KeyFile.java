package io.sluice.broker.login;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON Web Key Set in a file, read again when the file changes; while that fails the last good one serves on. */
final class KeyFile implements JWKSource<SecurityContext> {
    private static final long BYTES_MAX = 1 << 20;

    private final Path path;
    private @Nullable JWKSet keys;
    private @Nullable FileTime readTime;

    KeyFile(Path path) {
        this.path = path;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        return selector.select(read());
    }

    /** The keys; throws {@link IllegalArgumentException} if there never were any. */
    synchronized JWKSet read() {
        JWKSet known = keys;
        try {
            FileTime time = Files.getLastModifiedTime(path);
            if (known != null && time.equals(readTime)) {
                return known;
            }
            if (Files.size(path) > BYTES_MAX) {
                throw new IllegalArgumentException(path + " is larger than " + BYTES_MAX + " bytes");
            }
            JWKSet read = JWKSet.parse(Files.readString(path));
            keys = read;
            readTime = time;
            return read;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            if (known != null) {
                return known;
            }
            throw new IllegalArgumentException(
                    e instanceof ParseException ? path + " is no JSON Web Key Set" : path + " cannot be read", e);
        }
    }
}
