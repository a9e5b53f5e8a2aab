package io.sluice.broker.login;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.sluice.common.FileSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON Web Key Set in a file, read again when the file changes; while that fails the last good one serves on. */
final class KeyFile implements JWKSource<SecurityContext> {
    private static final long BYTES_MAX = 1 << 20;

    private final Path path;
    private final FileSource files;
    private @Nullable JWKSet keys;
    private String readStamp = "";

    KeyFile(Path path, FileSource files) {
        this.path = path;
        this.files = files;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        return selector.select(read());
    }

    /** The keys; throws {@link IllegalArgumentException} if there never were any. */
    synchronized JWKSet read() {
        JWKSet known = keys;
        try {
            String stamp = files.stamp(path);
            if (known != null && stamp.equals(readStamp)) {
                return known;
            }
            JWKSet read = JWKSet.parse(new String(files.read(path, BYTES_MAX), StandardCharsets.UTF_8));
            keys = read;
            readStamp = stamp;
            return read;
        } catch (IOException | ParseException e) {
            if (known != null) {
                return known;
            }
            throw new IllegalArgumentException(
                    e instanceof ParseException ? path + " is no JSON Web Key Set" : path + " cannot be read", e);
        }
    }
}
