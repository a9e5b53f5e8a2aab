package io.sluice.testkit.apifuzz;

import io.sluice.testkit.apifuzz.AnnouncedApis.Form;
import io.sluice.testkit.apifuzz.FuzzConnection.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.common.message.ApiMessageType;

/**
 * Speaks to the broker without ever being let in: nothing but what a login needs may be answered, and no login may
 * succeed. Owner: the thread that runs it.
 */
final class LoginAttack implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> MECHANISMS = List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");
    private static final int STEPS_MAX = 4;

    private final FuzzRun run;
    private final AnnouncedApis apis;
    private final SplittableRandom random;
    private final RequestMaker maker;
    private final AnswerCheck check;

    LoginAttack(FuzzRun run, AnnouncedApis apis, SplittableRandom random) {
        this.run = run;
        this.apis = apis;
        this.random = random;
        Learned nothing = new Learned();
        maker = new RequestMaker(random, nothing);
        check = new AnswerCheck(nothing);
    }

    @Override
    public void run() {
        try {
            while (!run.isOver()) {
                run.logins.incrementAndGet();
                try (FuzzConnection connection = FuzzConnection.open(run.address())) {
                    attack(connection);
                }
            }
        } catch (RuntimeException e) {
            run.complain("the attack on the login itself fails: " + e);
        }
    }

    private void attack(FuzzConnection connection) {
        switch (random.nextInt(4)) {
            case 0 -> {
                FuzzRequest raw = maker.handshake((short) 0, mechanism());
                if (isAnswered(connection, raw)) {
                    sendRawTokens(connection);
                }
            }
            case 1 -> {
                FuzzRequest handshake = maker.handshake((short) 1, mechanism());
                if (isAnswered(connection, handshake)) {
                    sendTokens(connection);
                }
            }
            default -> sendAnything(connection);
        }
    }

    private String mechanism() {
        return MECHANISMS.get(random.nextInt(MECHANISMS.size()));
    }

    private void sendAnything(FuzzConnection connection) {
        List<Form> forms = apis.forms();
        for (int step = 0; step < STEPS_MAX && !run.isOver(); step++) {
            Form form = forms.get(random.nextInt(forms.size()));
            FuzzRequest request = random.nextInt(3) == 0
                    ? maker.malformed(form.api(), form.version())
                    : maker.wellFormed(form.api(), form.version());
            if (!isAnswered(connection, request)) {
                return;
            }
        }
    }

    private void sendTokens(FuzzConnection connection) {
        for (int step = 0; step < STEPS_MAX && !run.isOver(); step++) {
            short version = (short) random.nextInt(3);
            FuzzRequest token = random.nextInt(4) == 0
                    ? maker.malformed(ApiMessageType.SASL_AUTHENTICATE, version)
                    : maker.wellFormed(ApiMessageType.SASL_AUTHENTICATE, version);
            if (!isAnswered(connection, token)) {
                return;
            }
        }
        requireNobody(connection);
    }

    /** Tokens without requests around them, as before KIP-152. */
    private void sendRawTokens(FuzzConnection connection) {
        for (int step = 0; step < STEPS_MAX && !run.isOver(); step++) {
            byte[] token = LoginTokens.any(random);
            boolean isSent = connection.send(
                    new ByteSink().int32(token.length).bytes(token).toBytes());
            if (!isSent || rawAnswer(connection) instanceof Reply.Closed) {
                return;
            }
        }
        requireNobody(connection);
    }

    // Raw answers have no form but their length, which may be too small for an answer with a header.
    private static Reply rawAnswer(FuzzConnection connection) {
        try {
            return connection.receive(PATIENCE);
        } catch (IllegalStateException e) {
            return new Reply.Silence();
        }
    }

    private void requireNobody(FuzzConnection connection) {
        FuzzRequest question = maker.wellFormed(ApiMessageType.DESCRIBE_CLUSTER, (short) 0);
        isAnswered(connection, question);
    }

    /** Sends a request and answers whether an answer came, which must be one that strangers may get. */
    private boolean isAnswered(FuzzConnection connection, FuzzRequest request) {
        if (!connection.send(request.frame())) {
            return false;
        }
        return switch (connection.receive(PATIENCE)) {
            case Reply.Closed _ -> false;
            case Reply.Silence _ -> {
                run.complain("a stranger gets neither an answer nor the end for " + request);
                yield false;
            }
            case Reply.Answer answer -> {
                complaint(request, answer.bytes())
                        .ifPresent(text -> run.complain(text + "\nfor a stranger after " + request));
                yield true;
            }
        };
    }

    private Optional<String> complaint(FuzzRequest request, ByteBuffer answer) {
        return switch (request.api()) {
            case API_VERSIONS, SASL_HANDSHAKE, SASL_AUTHENTICATE -> check.complaint(request, answer);
            default -> Optional.of("a stranger is served");
        };
    }
}
