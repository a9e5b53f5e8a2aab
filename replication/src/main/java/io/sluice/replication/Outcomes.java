package io.sluice.replication;

import io.sluice.common.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers to producers, gathered over the entries of one round and handed to each event loop as one task: a wake-up of
 * another thread costs more than all the answers in it. Apply thread only.
 */
final class Outcomes {
    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private final List<Executor> executors = new ArrayList<>();
    private final List<List<Runnable>> gathered = new ArrayList<>();

    private record Outcome(AppendCallback callback, ErrorCode error, long baseOffset, long startOffset)
            implements Runnable {
        @Override
        public void run() {
            callback.completed(error, baseOffset, startOffset);
        }
    }

    void add(Completion.Append append, ErrorCode error, long baseOffset) {
        long startOffset = append.replica().startOffset();
        add(append.executor(), new Outcome(append.callback(), error, baseOffset, startOffset));
    }

    void add(Executor executor, Runnable answer) {
        listFor(executor).add(answer);
    }

    private List<Runnable> listFor(Executor executor) {
        for (int i = 0; i < executors.size(); i++) {
            if (executors.get(i) == executor) {
                return gathered.get(i);
            }
        }
        List<Runnable> fresh = new ArrayList<>();
        executors.add(executor);
        gathered.add(fresh);
        return fresh;
    }

    void handOver() {
        for (int i = 0; i < executors.size(); i++) {
            List<Runnable> outcomes = gathered.get(i);
            tell(executors.get(i), outcomes);
        }
        executors.clear();
        gathered.clear();
    }

    /** What is committed while the node stops may have nobody left to hear of it. */
    private static void tell(Executor executor, List<Runnable> outcomes) {
        try {
            executor.execute(() -> outcomes.forEach(Runnable::run));
        } catch (RejectedExecutionException over) {
            LOG.debug("nobody is left to hear {} answers", outcomes.size(), over);
        }
    }
}
