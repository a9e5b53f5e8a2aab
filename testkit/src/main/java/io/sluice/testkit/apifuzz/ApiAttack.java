package io.sluice.testkit.apifuzz;

import io.sluice.testkit.apifuzz.AnnouncedApis.Form;
import io.sluice.testkit.apifuzz.FuzzConnection.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.common.message.ApiMessageType;
import org.jspecify.annotations.Nullable;

/** Sends requests of every announced form on connections that are logged in. Owner: the thread that runs it. */
final class ApiAttack implements Runnable {
    /** Longer than any well-formed request may take on a busy machine; nothing waits for it but a failure. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration GLANCE = Duration.ofMillis(1);
    private static final int WAITING_MAX = 24;

    private final FuzzRun run;
    private final AnnouncedApis apis;
    private final AnswerCheck check;
    private final SplittableRandom random;
    private final RequestMaker maker;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable FuzzConnection connection;

    /** A request that may be answered late, on a connection of its own. */
    private record Waiting(FuzzConnection connection, FuzzRequest request) {}

    ApiAttack(FuzzRun run, AnnouncedApis apis, Learned learned, SplittableRandom random) {
        this.run = run;
        this.apis = apis;
        this.random = random;
        check = new AnswerCheck(learned);
        maker = RequestMaker.ofManyClients(random, learned);
    }

    @Override
    public void run() {
        try {
            while (!run.isOver()) {
                attackAll();
            }
        } catch (RuntimeException e) {
            run.complain("the attack itself fails: " + e);
        } finally {
            hangUp();
            waiting.forEach(each -> each.connection().close());
        }
    }

    private void attackAll() {
        for (Form form : apis.shuffled(random)) {
            if (run.isOver()) {
                return;
            }
            attack(form);
            lookAtWaiting();
        }
    }

    private void attack(Form form) {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> sendMalformed(maker.malformed(form.api(), form.version()));
            case 3 -> {
                Form other = apis.other(random);
                sendMalformed(maker.unannounced(other.api(), other.version()));
            }
            default -> sendWellFormed(maker.wellFormed(form.api(), form.version()));
        }
    }

    private void sendWellFormed(FuzzRequest request) {
        run.wellFormed.incrementAndGet();
        FuzzConnection current = connected();
        if (!current.send(request.frame())) {
            run.complain("the broker has closed the connection before " + request);
            return;
        }
        if (request.isOneWay()) {
            afterOneWay(request);
            return;
        }
        switch (received(current, request, request.mayWait() ? GLANCE.multipliedBy(20) : PATIENCE)) {
            case Reply.Answer answer -> {
                checkAnswer(request, answer);
                run.answered(request.api(), request.version());
                if (isOfLogin(request) || request.mayBeThrottled()) {
                    hangUp();
                }
            }
            case Reply.Closed _ -> run.complain("no answer but the end of the connection for " + request);
            case Reply.Silence _ -> {
                if (request.mayWait()) {
                    putAside(request);
                } else {
                    run.complain("no answer in " + PATIENCE + " for " + request);
                }
            }
        }
    }

    private void afterOneWay(FuzzRequest request) {
        if (request.mayBeThrottled()) {
            hangUp();
        } else {
            probe(request, false);
        }
    }

    /** A login that goes wrong ends the connection, after its answer. */
    private static boolean isOfLogin(FuzzRequest request) {
        return request.api() == ApiMessageType.SASL_AUTHENTICATE || request.api() == ApiMessageType.SASL_HANDSHAKE;
    }

    private void sendMalformed(FuzzRequest request) {
        run.malformed.incrementAndGet();
        if (connected().send(request.frame())) {
            probe(request, true);
        } else {
            ended();
        }
    }

    /** Asks something simple behind a request that may have no answer: its answer or the end of the connection tells. */
    private void probe(FuzzRequest request, boolean mayBeAnswered) {
        FuzzConnection current = connected();
        FuzzRequest probe = maker.probe();
        if (!current.send(probe.frame())) {
            ended();
            return;
        }
        while (true) {
            switch (received(current, request, request.mayWait() || mayWaitUnread(request) ? GLANCE : PATIENCE)) {
                case Reply.Closed _ -> {
                    ended();
                    return;
                }
                case Reply.Silence _ -> {
                    if (!request.mayWait() && !mayWaitUnread(request)) {
                        run.complain("neither an answer nor the end in " + PATIENCE + " for " + request);
                    }
                    hangUp();
                    return;
                }
                case Reply.Answer answer -> {
                    if (answer.bytes().getInt(0) == probe.correlationId()) {
                        checkAnswer(probe, answer);
                        leaveAfter(request);
                        return;
                    }
                    if (mayBeAnswered) {
                        checkLooselyAnswered(request, answer);
                    } else {
                        run.complain("an answer nobody asked for after " + request);
                    }
                }
            }
            if (run.isOver()) {
                return;
            }
        }
    }

    /** An append without an answer that fails ends its connection, and does so when it fails. */
    private void leaveAfter(FuzzRequest request) {
        if (request.api() == ApiMessageType.PRODUCE) {
            hangUp();
        }
    }

    /** What a broker makes of a fetch whose fields are shifted may be one that waits. */
    private static boolean mayWaitUnread(FuzzRequest request) {
        return !request.isWellFormed()
                && (request.api() == ApiMessageType.FETCH || request.api() == ApiMessageType.SHARE_FETCH);
    }

    /** Versions that nobody knows are answered in a form of the broker's choice, which is ApiVersions 0. */
    private void checkLooselyAnswered(FuzzRequest request, Reply.Answer answer) {
        boolean isUnannounced = !apis.forms().contains(new Form(request.api(), request.version()));
        if (!isUnannounced) {
            checkAnswer(request, answer);
        } else if (request.api() != ApiMessageType.API_VERSIONS) {
            run.complain("an answer to what is not announced: " + request);
        }
    }

    private void checkAnswer(FuzzRequest request, Reply.Answer answer) {
        Optional<String> complaint = check.complaint(request, answer.bytes());
        complaint.ifPresent(text -> run.complain(text + "\nafter " + request));
    }

    private Reply received(FuzzConnection from, FuzzRequest request, Duration patience) {
        try {
            return from.receive(patience);
        } catch (IllegalStateException e) {
            run.complain(e.getMessage() + " after " + request);
            return new Reply.Closed();
        }
    }

    private void putAside(FuzzRequest request) {
        waiting.addLast(new Waiting(connected(), request));
        connection = null;
        if (waiting.size() > WAITING_MAX) {
            waiting.removeFirst().connection().close();
        }
    }

    private void lookAtWaiting() {
        if (random.nextInt(10) != 0) {
            return;
        }
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting each = all.next();
            switch (received(each.connection(), each.request(), GLANCE)) {
                case Reply.Silence _ -> {}
                case Reply.Closed _ -> {
                    run.complain("no answer but the end of the connection for " + each.request());
                    return;
                }
                case Reply.Answer answer -> {
                    checkAnswer(each.request(), answer);
                    run.answered(each.request().api(), each.request().version());
                    each.connection().close();
                    all.remove();
                }
            }
        }
    }

    private FuzzConnection connected() {
        FuzzConnection current = connection;
        if (current == null) {
            boolean isSuper = random.nextInt(6) != 0;
            current = FuzzConnection.open(run.address())
                    .login(
                            isSuper ? FuzzNames.SUPER_USER : FuzzNames.PLAIN_USER,
                            isSuper ? FuzzNames.SUPER_PASSWORD : FuzzNames.PLAIN_PASSWORD);
            connection = current;
        }
        return current;
    }

    private void ended() {
        run.refused.incrementAndGet();
        hangUp();
    }

    private void hangUp() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
