package io.sluice.broker.login;

import io.sluice.broker.api.LoginExchange;
import io.sluice.broker.api.LoginStep;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.security.ScramCredential;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of SCRAM without channel binding (RFC 5802, section 3 and 5).
 *
 * <pre>
 *   client-first ──► server-first (salt, iterations) ──► client-final (proof) ──► server-final (signature)
 * </pre>
 *
 * A user that does not exist gets a salt made from its name and fails at the proof only, so that nobody can find out by
 * trying which users there are.
 */
final class ScramExchange implements LoginExchange {
    private static final int NONCE_BYTES = 18;
    private static final String NO_BINDING = "n";
    private static final String NO_BINDING_OFFERED = "y";

    private final ScramMechanism mechanism;
    private final PasswordSource passwords;
    private final RandomGenerator random;
    private @Nullable Begun begun;

    ScramExchange(ScramMechanism mechanism, PasswordSource passwords, RandomGenerator random) {
        this.mechanism = mechanism;
        this.passwords = passwords;
        this.random = random;
    }

    /** What the first half fixed. */
    private record Begun(
            String user,
            ScramCredential credential,
            String header,
            String clientFirst,
            String serverFirst,
            String clientNonce,
            String nonce) {}

    @Override
    public LoginStep next(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8);
        Begun first = begun;
        return first == null ? begin(text) : finish(first, text);
    }

    private LoginStep begin(String text) {
        String[] parts = text.split(",", 3);
        if (parts.length < 3 || !(parts[0].equals(NO_BINDING) || parts[0].equals(NO_BINDING_OFFERED))) {
            return new LoginStep.Failure("the first SCRAM message is malformed or wants channel binding");
        }
        String bare = parts[2];
        String[] fields = bare.split(",", -1);
        Optional<String> user =
                fields.length >= 2 ? field(fields[0], 'n').flatMap(ScramExchange::decodedName) : Optional.empty();
        Optional<String> clientNonce = fields.length >= 2 ? field(fields[1], 'r') : Optional.empty();
        if (user.isEmpty()
                || user.get().isEmpty()
                || clientNonce.isEmpty()
                || clientNonce.get().isEmpty()) {
            return new LoginStep.Failure("the first SCRAM message is malformed");
        }
        Optional<String> otherUser = field(parts[1], 'a').flatMap(ScramExchange::decodedName);
        if (otherUser.isPresent() && !otherUser.get().equals(user.get())) {
            return new LoginStep.Failure("user " + user.get() + " wants to act as another");
        }
        ScramCredential credential = passwords.findOrInvent(user.get(), mechanism);
        byte[] fresh = new byte[NONCE_BYTES];
        random.nextBytes(fresh);
        String nonce = clientNonce.get() + Base64.getEncoder().encodeToString(fresh);
        String serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(credential.salt()) + ",i="
                + credential.iterations();
        begun = new Begun(
                user.get(), credential, parts[0] + "," + parts[1] + ",", bare, serverFirst, clientNonce.get(), nonce);
        return new LoginStep.Challenge(serverFirst.getBytes(StandardCharsets.UTF_8));
    }

    private LoginStep finish(Begun first, String text) {
        int proofIndex = text.lastIndexOf(",p=");
        if (proofIndex < 0) {
            return new LoginStep.Failure("the last SCRAM message of user " + first.user() + " is malformed");
        }
        String withoutProof = text.substring(0, proofIndex);
        String binding = Base64.getEncoder().encodeToString(first.header().getBytes(StandardCharsets.UTF_8));
        // librdkafka before 2.6.1 writes its own nonce twice (librdkafka #4895). Ours is in it and under the proof, so
        // nothing can be replayed; Kafka took it until 4.0, and Debian's clients still send it.
        boolean isExpected = begins(withoutProof, "c=" + binding + ",r=" + first.nonce())
                || begins(withoutProof, "c=" + binding + ",r=" + first.clientNonce() + first.nonce());
        byte[] proof = decoded(text.substring(proofIndex + 3));
        ScramCredential credential = first.credential();
        if (!isExpected || proof.length != credential.storedKey().length) {
            return new LoginStep.Failure("the last SCRAM message of user " + first.user() + " is malformed");
        }
        String authMessage = first.clientFirst() + "," + first.serverFirst() + "," + withoutProof;
        byte[] clientKey = ScramCredential.hmac(mechanism, credential.storedKey(), authMessage);
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= proof[i];
        }
        if (!MessageDigest.isEqual(ScramCredential.hash(mechanism, clientKey), credential.storedKey())) {
            return new LoginStep.Failure("user " + first.user() + " is unknown or has another password");
        }
        byte[] signature = ScramCredential.hmac(mechanism, credential.serverKey(), authMessage);
        String last = "v=" + Base64.getEncoder().encodeToString(signature);
        return new LoginStep.Success(
                last.getBytes(StandardCharsets.UTF_8), Principal.user(first.user()), Long.MAX_VALUE);
    }

    /** Whether the text is these fields, alone or with more after them. */
    private static boolean begins(String text, String fields) {
        return text.equals(fields) || text.startsWith(fields + ",");
    }

    private static Optional<String> field(String text, char name) {
        boolean isIt = text.length() >= 2 && text.charAt(0) == name && text.charAt(1) == '=';
        return isIt ? Optional.of(text.substring(2)) : Optional.empty();
    }

    /** Commas and equal signs of names are written {@code =2C} and {@code =3D}. */
    private static Optional<String> decodedName(String encoded) {
        String withoutEscapes = encoded.replace("=2C", "").replace("=3D", "");
        return withoutEscapes.indexOf('=') >= 0
                ? Optional.empty()
                : Optional.of(encoded.replace("=2C", ",").replace("=3D", "="));
    }

    /** Empty if it is no Base64. */
    private static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
