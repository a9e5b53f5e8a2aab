package io.sluice.testkit.redis;

import java.util.List;

/** Makes random commands of one kind. */
public interface CommandFamily {
    /**
     * The next commands, sent one after the other: usually one. The same choices lead to the same commands. A word {@code @n}
     * stands for the n-th id that the server itself chose, which each server knows as its own.
     */
    List<List<String>> make(Choices choices);
}
