package io.sluice.replication.raft;

import com.alipay.sofa.jraft.util.NamedThreadFactory;
import com.alipay.sofa.jraft.util.ThreadPoolsFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of all groups of the process for what the engine calls back, known to it by the group for good. Those that it has itself time each task under a name that
 * is put together anew: a sixth of what a node with small requests allocated.
 */
final class CallbackThreads {
    private static final int THREADS_MAX = 100;
    private static final long IDLE_SECONDS = 60;

    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(
            Runtime.getRuntime().availableProcessors(),
            THREADS_MAX,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new NamedThreadFactory("raft-callback-", true));

    private static final Set<String> GROUPS = ConcurrentHashMap.newKeySet();

    private CallbackThreads() {}

    /** The engine uses them for the group from now on, also when it is started again. */
    static void serve(String group) {
        if (GROUPS.add(group)) {
            ThreadPoolsFactory.registerThreadPool(group, THREADS);
        }
    }
}
