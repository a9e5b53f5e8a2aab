package io.sluice.testkit.crash;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Programs of others that work side by side, each two on a topic of their own. Owner: one thread. */
final class ForeignLoad implements AutoCloseable {
    private final List<ForeignWork> works;

    /** Starts all, on topics of so many partitions. */
    ForeignLoad(List<ForeignPrograms> programs, String addresses, int partitions) {
        works = programs.stream()
                .map(each -> new ForeignWork(each, addresses, partitions))
                .toList();
    }

    /** How many records of which topic were acknowledged so far. */
    String acknowledged() {
        return works.stream()
                .map(work -> "%,d %s".formatted(work.acknowledged(), work.topic()))
                .collect(Collectors.joining(", "));
    }

    /** Ends all and answers what was wrong; each of three steps of each takes no longer than {@code limit}. */
    List<String> finish(Duration limit) {
        return works.stream().flatMap(work -> work.finish(limit).stream()).toList();
    }

    @Override
    public void close() {
        works.forEach(ForeignWork::close);
    }
}
