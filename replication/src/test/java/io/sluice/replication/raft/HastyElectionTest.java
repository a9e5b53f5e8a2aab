package io.sluice.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftOptions;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a member waits for a leader whose connections break. */
class HastyElectionTest {
    private static final int LEADER = 1;
    private static final int USUAL_MS = 60_000;
    private static final int HASTY_MS = 6_000;

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final List<Integer> timeouts = new ArrayList<>();
    private final RaftOptions options = new RaftOptions();
    private volatile PeerId leader = Peers.peer(LEADER);
    private final HastyElection election = new HastyElection(member(), options, USUAL_MS, timer);

    private Node member() {
        return (Node) Proxy.newProxyInstance(
                Node.class.getClassLoader(),
                new Class<?>[] {Node.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getLeaderId" -> leader;
                    case "isLeader" -> false;
                    case "resetElectionTimeoutMs" -> timeouts.add((Integer) arguments[0]) ? null : null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    /** What the member was told, once everything before is done. */
    private List<Integer> timeouts() throws Exception {
        return timer.submit(() -> List.copyOf(timeouts)).get(30, TimeUnit.SECONDS);
    }

    /** Each time counts from its setting on, so that one set again and again never comes. */
    @Test
    void aLossThatIsHeardOfOftenSetsTheTimeOnce() throws Exception {
        for (int times = 0; times < 10; times++) {
            election.accept(LEADER);
        }

        assertThat(timeouts()).containsExactly(HASTY_MS);
        assertThat(options.getMaxElectionDelayMs()).isEqualTo(HASTY_MS);
    }

    @Test
    void thereIsTimeAgainAsSoonAsSomebodyLeads() throws Exception {
        election.accept(LEADER);
        election.somebodyLeads();
        election.somebodyLeads();

        assertThat(timeouts()).containsExactly(HASTY_MS, USUAL_MS);
        assertThat(options.getMaxElectionDelayMs()).isEqualTo(USUAL_MS);
    }

    @Test
    void theNextLossIsHurriedAsTheFirst() throws Exception {
        election.accept(LEADER);
        election.somebodyLeads();
        election.accept(LEADER);

        assertThat(timeouts()).containsExactly(HASTY_MS, USUAL_MS, HASTY_MS);
    }

    @Test
    void whoStartsWithoutALeaderIsInAHurryUntilThereIsOne() throws Exception {
        leader = PeerId.emptyPeer();
        election.started();
        assertThat(timeouts()).containsExactly(USUAL_MS / 4);

        leader = Peers.peer(LEADER);
        election.somebodyLeads();

        assertThat(timeouts()).containsExactly(USUAL_MS / 4, USUAL_MS);
    }

    @Test
    void whoStartsWithALeaderIsInNoHurry() throws Exception {
        election.started();

        assertThat(timeouts()).isEmpty();
    }

    @Test
    void theLossOfAnotherNodeHurriesNobody() throws Exception {
        election.accept(LEADER + 1);

        assertThat(timeouts()).isEmpty();
    }
}
