package io.sluice.broker.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.LoginExchange;
import io.sluice.broker.api.LoginStep;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.security.Credentials;
import io.sluice.broker.security.ScramCredential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScramExchangeTest {
    private static final String PASSWORD = "pencil";

    @ParameterizedTest
    @EnumSource(ScramMechanism.class)
    void theRightPasswordLogsInAndProvesTheServer(ScramMechanism mechanism) {
        Client client = new Client(mechanism, "us,er", PASSWORD);

        LoginStep step = client.logIn(exchange(mechanism, "us,er"));

        assertThat(step).isInstanceOfSatisfying(LoginStep.Success.class, success -> {
            assertThat(success.principal()).isEqualTo(Principal.user("us,er"));
            assertThat(new String(success.bytes(), StandardCharsets.UTF_8)).isEqualTo(client.expectedSignature());
        });
    }

    @ParameterizedTest
    @EnumSource(ScramMechanism.class)
    void oldLibrdkafkaThatRepeatsItsNonceLogsInAndOneThatLeavesOursOutDoesNot(ScramMechanism mechanism) {
        Client twice = new Client(mechanism, "user", PASSWORD, nonce -> "nonce" + nonce);
        Client without = new Client(mechanism, "user", PASSWORD, nonce -> "nonce");

        assertThat(twice.logIn(exchange(mechanism, "user"))).isInstanceOf(LoginStep.Success.class);
        assertThat(without.logIn(exchange(mechanism, "user"))).isInstanceOf(LoginStep.Failure.class);
    }

    @ParameterizedTest
    @EnumSource(ScramMechanism.class)
    void aWrongPasswordAndAnUnknownUserFailAtTheSamePlaceInTheSameWay(ScramMechanism mechanism) {
        LoginStep wrong = new Client(mechanism, "user", "pen").logIn(exchange(mechanism, "user"));
        LoginStep unknown = new Client(mechanism, "other", PASSWORD).logIn(exchange(mechanism, "user"));

        assertThat(wrong).isEqualTo(new LoginStep.Failure("user user is unknown or has another password"));
        assertThat(unknown).isEqualTo(new LoginStep.Failure("user other is unknown or has another password"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "n,,", "n,,r=abc", "p=tls-unique,,n=user,r=abc", "n,a=root,n=user,r=abc", "n,,n=us=er,r=a"})
    void whatIsNoFirstMessageOrActsAsAnotherFails(String message) {
        LoginStep step = exchange(ScramMechanism.SCRAM_SHA_256, "user").next(message.getBytes(StandardCharsets.UTF_8));

        assertThat(step).isInstanceOf(LoginStep.Failure.class);
    }

    private static LoginExchange exchange(ScramMechanism mechanism, String user) {
        byte[] salt = {1, 2, 3, 4};
        byte[] salted = mechanism.salted(PASSWORD.toCharArray(), salt, 4096);
        ScramCredential credential = ScramCredential.of(mechanism, 4096, salt, salted);
        return exchange(mechanism, new OneUser(user, mechanism, credential));
    }

    private static LoginExchange exchange(ScramMechanism mechanism, Credentials credentials) {
        return new ScramExchange(mechanism, new PasswordSource(credentials, new Random(1)), new Random(2));
    }

    private record OneUser(String name, ScramMechanism mechanism, ScramCredential credential) implements Credentials {
        @Override
        public Optional<ScramCredential> find(String user, ScramMechanism wanted) {
            return ofMechanism(wanted).stream()
                    .filter(known -> user.equals(name))
                    .findFirst();
        }

        @Override
        public List<ScramCredential> ofMechanism(ScramMechanism wanted) {
            return wanted == mechanism ? List.of(credential) : List.of();
        }
    }

    /** What the server sends first: nonce, salt, iterations. */
    private static String[] serverFirst(LoginExchange exchange, String user) {
        LoginStep first = exchange.next(("n,,n=" + user + ",r=nonce").getBytes(StandardCharsets.UTF_8));
        return new String(((LoginStep.Challenge) first).bytes(), StandardCharsets.UTF_8).split(",");
    }

    @ParameterizedTest
    @EnumSource(ScramMechanism.class)
    void whatTheServerSaysFirstDoesNotTellWhetherThereIsSuchAUser(ScramMechanism mechanism) {
        byte[] salt = "1f4kq0w9m2r7c8z5x3v6b1n0aq".getBytes(StandardCharsets.US_ASCII);
        byte[] salted = mechanism.salted(PASSWORD.toCharArray(), salt, 8192);
        Credentials credentials = new OneUser("user", mechanism, ScramCredential.of(mechanism, 8192, salt, salted));

        String[] known = serverFirst(exchange(mechanism, credentials), "user");
        String[] unknown = serverFirst(exchange(mechanism, credentials), "other");
        String[] again = serverFirst(exchange(mechanism, credentials), "other");

        assertThat(known[2]).isEqualTo("i=8192");
        assertThat(unknown[2]).isEqualTo(known[2]);
        assertThat(unknown[1]).isEqualTo(again[1]).isNotEqualTo(known[1]);
        assertThat(new String(Base64.getDecoder().decode(unknown[1].substring(2)), StandardCharsets.US_ASCII))
                .matches("[0-9a-z]{26}");
    }

    /** The client's side, by the formulas of RFC 5802. */
    private static final class Client {
        private final ScramMechanism mechanism;
        private final String user;
        private final String password;
        private final UnaryOperator<String> nonceSent;
        private String authMessage = "";
        private byte[] salted = new byte[0];

        Client(ScramMechanism mechanism, String user, String password) {
            this(mechanism, user, password, nonce -> nonce);
        }

        Client(ScramMechanism mechanism, String user, String password, UnaryOperator<String> nonceSent) {
            this.mechanism = mechanism;
            this.user = user;
            this.password = password;
            this.nonceSent = nonceSent;
        }

        LoginStep logIn(LoginExchange exchange) {
            String bare = "n=" + user.replace(",", "=2C") + ",r=nonce";
            LoginStep first = exchange.next(("n,," + bare).getBytes(StandardCharsets.UTF_8));
            String serverFirst = new String(((LoginStep.Challenge) first).bytes(), StandardCharsets.UTF_8);
            String[] fields = serverFirst.split(",");
            byte[] salt = Base64.getDecoder().decode(fields[1].substring(2));
            int iterations = Integer.parseInt(fields[2].substring(2));
            salted = mechanism.salted(password.toCharArray(), salt, iterations);
            String withoutProof = "c=biws,r=" + nonceSent.apply(fields[0].substring(2));
            authMessage = bare + "," + serverFirst + "," + withoutProof;
            byte[] clientKey = ScramCredential.hmac(mechanism, salted, "Client Key");
            byte[] proof = ScramCredential.hmac(mechanism, ScramCredential.hash(mechanism, clientKey), authMessage);
            for (int i = 0; i < proof.length; i++) {
                proof[i] ^= clientKey[i];
            }
            String last = withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
            return exchange.next(last.getBytes(StandardCharsets.UTF_8));
        }

        String expectedSignature() {
            byte[] serverKey = ScramCredential.hmac(mechanism, salted, "Server Key");
            return "v=" + Base64.getEncoder().encodeToString(ScramCredential.hmac(mechanism, serverKey, authMessage));
        }
    }
}
