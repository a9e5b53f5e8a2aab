package io.sluice.testkit.apifuzz;

import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.Stopwatch;
import io.sluice.testkit.apifuzz.FuzzConnection.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.common.message.ApiMessageType;

/**
 * A broker with logins and access rules is attacked with requests made from Kafka's message specifications. The order of
 * threads and what answers teach decide with the seed, so that the same seed makes a similar run and not the same one;
 * what fails can be sent again by itself with {@link #replay}.
 */
public final class ApiFuzz implements AutoCloseable {
    private static final Duration TIDY_INTERVAL = Duration.ofSeconds(10);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);
    private static final int API_THREADS = 2;
    private static final int THREADS_SLACK = 24;
    private static final int FILES_SLACK = 40;

    private final BrokerProcess broker;
    private final BrokerLog log = new BrokerLog();
    private final Learned learned = new Learned();

    /**
     * How it went.
     *
     * @param wellFormed requests sent that had to be answered
     * @param malformed requests sent that need not have been
     * @param refused connections that the broker ended because of them
     * @param logins connections that tried to log in or to do without
     * @param honestRecords records that honest clients wrote meanwhile
     * @param unanswered announced forms of requests that never got an answer, such as {@code FETCH 12}
     * @param grownMib how much resident memory grew after a first quarter of the time, both after a collection
     * @param complaint what went wrong first, if anything, with the request that did it
     */
    public record Outcome(
            long wellFormed,
            long malformed,
            long refused,
            long logins,
            long honestRecords,
            List<String> unanswered,
            double grownMib,
            Optional<String> complaint) {}

    private ApiFuzz(BrokerProcess broker) {
        this.broker = broker;
    }

    /** Starts a broker with its data below {@code folder}. */
    public static ApiFuzz start(BrokerCommand command, Path folder) {
        List<String> users = List.of(
                FuzzNames.SUPER_USER + ":" + FuzzNames.SUPER_PASSWORD,
                FuzzNames.PLAIN_USER + ":" + FuzzNames.PLAIN_PASSWORD);
        Map<String, String> settings = Map.of(
                "security.users.file",
                privateFile(folder.resolve("users"), String.join("\n", users) + "\n")
                        .toString(),
                "kafka.sasl.mechanisms",
                "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
                "kafka.sasl.plain.without.tls",
                "true",
                "kafka.sasl.failure.delay.ms",
                "1",
                "sluice.authorizer",
                "on",
                "super.users",
                "User:" + FuzzNames.SUPER_USER,
                "sluice.partitions.max",
                "5000",
                "group.initial.rebalance.delay.ms",
                "0",
                "log.level",
                "warn");
        ApiFuzz fuzz = new ApiFuzz(BrokerProcess.start(command, folder.resolve("data"), settings));
        fuzz.broker.watch(fuzz.log::line);
        return fuzz;
    }

    private static Path privateFile(Path file, String text) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Attacks for {@code duration}, and a little longer for what comes before and after. */
    public Outcome run(long seed, Duration duration) {
        FuzzRun run = new FuzzRun(broker.kafkaAddress());
        AnnouncedApis apis = AnnouncedApis.of(run.address());
        try (Housekeeping housekeeping = new Housekeeping(run.address())) {
            learned.protect(housekeeping.prepare());
            try (HonestClients honest = new HonestClients(run)) {
                double grownMib = attack(run, apis, housekeeping, new Plan(seed, duration));
                honest.finish();
                return new Outcome(
                        run.wellFormed.get(),
                        run.malformed.get(),
                        run.refused.get(),
                        run.logins.get(),
                        honest.acknowledged(),
                        unanswered(run, apis),
                        grownMib,
                        run.complaint().map(this::withLog));
            }
        }
    }

    /** The answer is often noticed before the line of the log that explains it. */
    private String withLog(String complaint) {
        return log.complaint()
                .filter(line -> !complaint.contains(line))
                .map(line -> complaint + "\n" + line)
                .orElse(complaint);
    }

    /** What decides over a run. */
    private record Plan(long seed, Duration duration) {}

    private double attack(FuzzRun run, AnnouncedApis apis, Housekeeping housekeeping, Plan plan) {
        SplittableRandom random = new SplittableRandom(plan.seed());
        int threadsBefore = ProcessFigures.threads(broker.pid());
        int filesBefore = ProcessFigures.openFiles(broker.pid());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < API_THREADS; i++) {
            threads.add(started("attack " + i, new ApiAttack(run, apis, learned, random.split())));
        }
        threads.add(started("attack on logins", new LoginAttack(run, apis, random.split())));
        watch(run, housekeeping, plan.duration().dividedBy(4));
        double before = rssMib(run);
        watch(run, housekeeping, plan.duration().multipliedBy(3).dividedBy(4));
        run.end();
        threads.forEach(ApiFuzz::join);
        tidy(run, housekeeping);
        double grownMib = rssMib(run) - before;
        awaitReturn(run, threadsBefore + THREADS_SLACK, filesBefore + FILES_SLACK);
        checkBroker(run);
        if (run.refused.get() > 0 && log.refusals() == 0) {
            run.complain("the broker has refused clients and its log does not say why");
        }
        return grownMib;
    }

    private static Thread started(String name, Runnable attack) {
        return Thread.ofPlatform().daemon().name(name).start(attack);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(FuzzRun run, Housekeeping housekeeping, Duration duration) {
        Stopwatch watch = Stopwatch.started();
        Stopwatch sinceTidied = Stopwatch.started();
        while (!run.isOver() && !watch.hasPassed(duration)) {
            Stopwatch.sleep(LOOK_INTERVAL);
            checkBroker(run);
            if (sinceTidied.hasPassed(TIDY_INTERVAL)) {
                tidy(run, housekeeping);
                sinceTidied = Stopwatch.started();
            }
        }
    }

    private void checkBroker(FuzzRun run) {
        if (!broker.isAlive()) {
            run.complain("the broker has died:\n" + broker.output());
        }
        log.complaint().ifPresent(run::complain);
    }

    private static void tidy(FuzzRun run, Housekeeping housekeeping) {
        if (run.complaint().isPresent()) {
            return;
        }
        try {
            housekeeping.tidy();
        } catch (IllegalStateException e) {
            run.complain(String.valueOf(e.getMessage()));
        }
    }

    private double rssMib(FuzzRun run) {
        return run.complaint().isEmpty() && broker.isAlive() ? ProcessFigures.rssMibAfterCollection(broker.pid()) : 0;
    }

    private void awaitReturn(FuzzRun run, int threadsMax, int filesMax) {
        Stopwatch watch = Stopwatch.started();
        while (run.complaint().isEmpty()) {
            int threads = ProcessFigures.threads(broker.pid());
            int files = ProcessFigures.openFiles(broker.pid());
            if (threads <= threadsMax && files <= filesMax) {
                return;
            }
            if (watch.hasPassed(SETTLE_LIMIT)) {
                run.complain("after the attack the broker has " + threads + " threads and " + files
                        + " open files, allowed are " + threadsMax + " and " + filesMax);
            }
            Stopwatch.sleep(LOOK_INTERVAL);
        }
    }

    private static List<String> unanswered(FuzzRun run, AnnouncedApis apis) {
        return apis.forms().stream()
                .filter(form -> !run.hasAnswered(form.api(), form.version()))
                .map(form -> form.api() + " " + form.version())
                .toList();
    }

    /**
     * Sends one frame as the super user, and answers what comes back and what the broker says about it.
     *
     * @param frameHex a frame with its length, as complaints show it
     */
    public String replay(String frameHex) {
        byte[] frame = HexFormat.of().parseHex(frameHex);
        try (Housekeeping housekeeping = new Housekeeping(broker.kafkaAddress())) {
            housekeeping.prepare();
        }
        try (FuzzConnection connection =
                FuzzConnection.open(broker.kafkaAddress()).login(FuzzNames.SUPER_USER, FuzzNames.SUPER_PASSWORD)) {
            connection.send(frame);
            String reply = switch (connection.receive(Duration.ofSeconds(5))) {
                case Reply.Answer answer -> described(frame, answer.bytes());
                case Reply.Closed _ -> "the broker has closed the connection";
                case Reply.Silence _ -> "no answer";
            };
            return reply + "\n" + broker.output();
        }
    }

    private static String described(byte[] frame, ByteBuffer answer) {
        ByteBuffer request = ByteBuffer.wrap(frame);
        ApiMessageType api = ApiMessageType.fromApiKey(request.getShort(4));
        return api + " " + AnswerCheck.parse(api, request.getShort(6), answer);
    }

    @Override
    public void close() {
        broker.close();
    }
}
