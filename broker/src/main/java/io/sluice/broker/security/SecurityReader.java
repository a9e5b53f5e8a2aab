package io.sluice.broker.security;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.common.BrokenInvariantException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the formats of this package; every length is checked against what is there. One thread. */
final class SecurityReader {
    private final ByteBuffer source;

    SecurityReader(ByteBuffer bytes) {
        source = bytes.duplicate();
    }

    int readByte() {
        require(1);
        return source.get();
    }

    int readInt() {
        require(Integer.BYTES);
        return source.getInt();
    }

    /** A number of things of which each takes at least so many bytes. */
    int readCount(int leastBytesEach) {
        int count = readInt();
        check(
                count >= 0 && (long) count * leastBytesEach <= source.remaining(),
                "security names %s things, but only %s bytes follow",
                count,
                source.remaining());
        return count;
    }

    byte[] readBytes() {
        require(Short.BYTES);
        byte[] bytes = new byte[require(source.getShort() & 0xFFFF)];
        source.get(bytes);
        return bytes;
    }

    String readText() {
        return new String(readBytes(), StandardCharsets.UTF_8);
    }

    AccessRule readRule() {
        int type = readByte();
        int pattern = readByte();
        String resource = readText();
        Principal principal = new Principal(readText(), readText());
        String host = readText();
        int operation = readByte();
        int permission = readByte();
        return new AccessRule(
                ResourceType.find(type).orElseThrow(() -> unknown("resource type", type)),
                pattern(pattern),
                resource,
                principal,
                host,
                Operation.find(operation).orElseThrow(() -> unknown("operation", operation)),
                permission(permission));
    }

    ScramMechanism readMechanism() {
        int code = readByte();
        return ScramMechanism.find(code).orElseThrow(() -> unknown("mechanism", code));
    }

    ScramCredential readCredential() {
        int iterations = readInt();
        byte[] salt = readBytes();
        byte[] storedKey = readBytes();
        return new ScramCredential(iterations, salt, storedKey, readBytes());
    }

    private static Pattern pattern(int code) {
        for (Pattern pattern : Pattern.values()) {
            if (pattern.code() == code) {
                return pattern;
            }
        }
        throw unknown("pattern", code);
    }

    private static Permission permission(int code) {
        for (Permission permission : Permission.values()) {
            if (permission.code() == code) {
                return permission;
            }
        }
        throw unknown("permission", code);
    }

    private static BrokenInvariantException unknown(String what, int code) {
        return new BrokenInvariantException("security has a " + what + " of unknown code " + code);
    }

    private int require(int lengthBytes) {
        check(source.remaining() >= lengthBytes, "security ends %s bytes early", lengthBytes - source.remaining());
        return lengthBytes;
    }
}
