package io.sluice.broker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamFault;
import io.sluice.broker.api.StreamKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MixedRunTest {
    private static final StreamKey TOPIC = key("topic");
    private static final StreamKey STREAM = key("stream");

    private static StreamKey key(String name) {
        return new StreamKey(0, name.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void answersOfATransactionStayInTheirPlacesWhenATopicIsMadeMeanwhile() {
        Set<StreamKey> topics = new HashSet<>(Set.of(TOPIC));
        List<StreamAnswer> answered = new ArrayList<>();
        MixedRun run = new MixedRun(
                List.of(new StreamCommand.Look(TOPIC), new StreamCommand.RemoveKey(STREAM)),
                key -> topics.contains(key) ? Optional.of(TopicCommands.several()) : Optional.empty(),
                (commands, answers) -> {
                    topics.add(STREAM);
                    answers.accept(List.of(StreamAnswer.Count.ONE));
                },
                answered::addAll);

        run.together();

        assertThat(answered)
                .containsExactly(new StreamAnswer.Refused(StreamFault.SEVERAL_PARTITIONS), StreamAnswer.Count.ONE);
    }
}
