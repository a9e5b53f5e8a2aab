package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.Partition;
import io.sluice.broker.api.Topic;
import io.sluice.broker.api.TopicSettings;
import io.sluice.common.ErrorCode;
import io.sluice.common.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class GroupNewsTest {
    private final List<List<String>> told = new ArrayList<>();
    private final List<CompletableFuture<ErrorCode>> answers = new ArrayList<>();
    private final GroupNews news = new GroupNews(names -> {
        told.add(names);
        answers.add(new CompletableFuture<>());
        return answers.getLast();
    });

    private record Named(String name) implements Topic {
        @Override
        public TopicId id() {
            return new TopicId(1, 1);
        }

        @Override
        public int partitionCount() {
            return 1;
        }

        @Override
        public Partition partition(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public TopicSettings settings() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isDeleted() {
            return false;
        }
    }

    @Test
    void whatChangesMeanwhileIsToldTogetherAndOnce() {
        news.created(new Named("a"));
        news.created(new Named("b"));
        news.deleted(new Named("c"));
        news.partitionsAdded(new Named("b"), 1);
        assertThat(told).containsExactly(List.of("a"));

        answers.getFirst().complete(ErrorCode.NONE);
        assertThat(told).containsExactly(List.of("a"), List.of("b", "c"));
        answers.getLast().complete(ErrorCode.NOT_COORDINATOR);

        news.created(new Named("d"));
        assertThat(told.getLast()).containsExactly("d");
        assertThat(told).hasSize(3);
    }
}
