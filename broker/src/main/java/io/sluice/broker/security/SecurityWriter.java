package io.sluice.broker.security;

import io.sluice.broker.api.AccessRule;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the formats of this package. One thread. */
final class SecurityWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    SecurityWriter putByte(int value) {
        out.write(value);
        return this;
    }

    SecurityWriter putInt(int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        return this;
    }

    SecurityWriter putBytes(byte[] bytes) {
        out.write(bytes.length >>> Byte.SIZE);
        out.write(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    SecurityWriter putText(String text) {
        return putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    SecurityWriter putRule(AccessRule rule) {
        return putByte(rule.type().code())
                .putByte(rule.pattern().code())
                .putText(rule.resource())
                .putText(rule.principal().type())
                .putText(rule.principal().name())
                .putText(rule.host())
                .putByte(rule.operation().code())
                .putByte(rule.permission().code());
    }

    SecurityWriter putCredential(ScramCredential credential) {
        return putInt(credential.iterations())
                .putBytes(credential.salt())
                .putBytes(credential.storedKey())
                .putBytes(credential.serverKey());
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(out.toByteArray());
    }
}
