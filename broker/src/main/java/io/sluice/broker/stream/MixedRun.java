package io.sluice.broker.stream;

import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamAnswer.Refused;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Commands of one client of which some are on topics that were not made as streams. Neighbours of one kind go together, and one
 * group after the other, so that the order stays. Handed from thread to thread.
 */
final class MixedRun {
    private final List<StreamCommand> commands;
    private final Function<StreamKey, Optional<TopicCommands>> topics;
    private final BiConsumer<List<StreamCommand>, Consumer<List<StreamAnswer>>> streams;
    private final Consumer<List<StreamAnswer>> answer;
    private final StreamAnswer[] answers;
    private int at;

    MixedRun(
            List<StreamCommand> commands,
            Function<StreamKey, Optional<TopicCommands>> topics,
            BiConsumer<List<StreamCommand>, Consumer<List<StreamAnswer>>> streams,
            Consumer<List<StreamAnswer>> answer) {
        this.commands = commands;
        this.topics = topics;
        this.streams = streams;
        this.answer = answer;
        answers = new StreamAnswer[commands.size()];
    }

    /** A transaction may look at topics, and change streams only. */
    void together() {
        List<StreamCommand> ofStreams = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < answers.length; i++) {
            StreamCommand command = commands.get(i);
            Optional<TopicCommands> topic = topics.apply(command.key());
            if (topic.isEmpty()) {
                ofStreams.add(command);
                places.add(i);
                continue;
            }
            boolean isLook = command instanceof StreamCommand.Look || command instanceof StreamCommand.Unchanged;
            StreamAnswer given = isLook ? topic.get().look(command) : new Refused(StreamFault.TOPIC_IN_TRANSACTION);
            boolean endsAll =
                    !isLook || given instanceof Refused(StreamFault fault) && fault == StreamFault.CHANGED_MEANWHILE;
            if (endsAll && given instanceof Refused refused) {
                answer.accept(StreamRun.allRefused(answers.length, refused.fault()));
                return;
            }
            answers[i] = given;
        }
        if (ofStreams.isEmpty()) {
            answer.accept(List.of(answers));
            return;
        }
        // Topics come and go meanwhile: which commands were on streams is what it was.
        streams.accept(ofStreams, given -> {
            for (int i = 0; i < given.size(); i++) {
                answers[places.get(i)] = given.get(i);
            }
            answer.accept(List.of(answers));
        });
    }

    /** Carries out the next group, and then those behind it. */
    void next() {
        if (at == answers.length) {
            answer.accept(Arrays.asList(answers));
            return;
        }
        int from = at;
        boolean isOfTopics = topics.apply(commands.get(from).key()).isPresent();
        while (at < answers.length && topics.apply(commands.get(at).key()).isPresent() == isOfTopics) {
            at++;
        }
        if (isOfTopics) {
            onTopics(from, at);
        } else {
            streams.accept(commands.subList(from, at), given -> {
                for (int i = 0; i < given.size(); i++) {
                    answers[from + i] = given.get(i);
                }
                next();
            });
        }
    }

    private void onTopics(int from, int to) {
        AtomicInteger left = new AtomicInteger(to - from);
        for (int i = from; i < to; i++) {
            int index = i;
            StreamCommand command = commands.get(i);
            Consumer<StreamAnswer> take = given -> {
                answers[index] = given;
                if (left.decrementAndGet() == 0) {
                    next();
                }
            };
            topics.apply(command.key())
                    .ifPresentOrElse(
                            topic -> topic.execute(command, take),
                            () -> take.accept(new Refused(StreamFault.UNAVAILABLE)));
        }
    }
}
