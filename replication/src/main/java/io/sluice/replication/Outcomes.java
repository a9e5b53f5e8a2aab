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
    private final List<List<Outcome>> gathered = new ArrayList<>();

    private record Outcome(AppendCallback callback, ErrorCode error, long baseOffset, long startOffset) {
        void tell() {
            callback.completed(error, baseOffset, startOffset);
        }
    }

    void add(Completion.Append append, ErrorCode error, long baseOffset) {
        Outcome outcome = new Outcome(
                append.callback(), error, baseOffset, append.replica().startOffset());
        listFor(append.executor()).add(outcome);
    }

    private List<Outcome> listFor(Executor executor) {
        for (int i = 0; i < executors.size(); i++) {
            if (executors.get(i) == executor) {
                return gathered.get(i);
            }
        }
        List<Outcome> fresh = new ArrayList<>();
        executors.add(executor);
        gathered.add(fresh);
        return fresh;
    }

    void handOver() {
        for (int i = 0; i < executors.size(); i++) {
            List<Outcome> outcomes = gathered.get(i);
            tell(executors.get(i), outcomes);
        }
        executors.clear();
        gathered.clear();
    }

    /** What is committed while the node stops may have nobody left to hear of it. */
    private static void tell(Executor executor, List<Outcome> outcomes) {
        try {
            executor.execute(() -> outcomes.forEach(Outcome::tell));
        } catch (RejectedExecutionException over) {
            LOG.debug("nobody is left to be told of {} appends", outcomes.size(), over);
        }
    }
}
