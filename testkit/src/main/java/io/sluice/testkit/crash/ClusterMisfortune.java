package io.sluice.testkit.crash;

import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.cluster.ClusterProcesses;
import io.sluice.testkit.cluster.FaultyMachine;
import io.sluice.testkit.cluster.JournalDamage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can happen to a cluster, each with what makes it good again. */
enum ClusterMisfortune {
    /** The leader of some partition is killed. */
    KILL_LEADER,
    /** Any other node is killed. */
    KILL_FOLLOWER,
    /** All nodes but one are killed. */
    KILL_MAJORITY,
    /** All nodes are killed. */
    KILL_ALL,
    /** The leader stands still and believes in its leadership when it goes on. */
    FREEZE_LEADER,
    /** Nothing gets to a node or away from it. */
    CUT_OFF,
    /** What one node says to another is lost, the other way it is heard. */
    LOSE_ONE_WAY,
    /** Everything takes its time, and never the same. */
    SLOW,
    /** All connections break. */
    TEAR,
    /** Syncs of a node's disk take much longer. */
    SLOW_DISK,
    /** Nothing can be added to a node's disk. */
    FULL_DISK,
    /** The wall clock of a node jumps, and back. */
    CLOCK_JUMP,
    /** A node dies, and a bit of its journal is another one when it starts again. */
    DAMAGE_JOURNAL,
    /** The same, and the leader is killed while the node repairs itself. */
    DAMAGE_JOURNAL_AND_KILL,
    /** A node's cable is pulled: clients do not reach it either. */
    UNPLUG;

    private static final int DELAY_LIMIT_MS = 60;
    private static final int SYNC_DELAY_LIMIT_MS = 400;

    /** Beyond an hour records would be refused, because they are from the future. */
    private static final int CLOCK_LIMIT_MS = 50 * 60_000;

    /** What the broker says of a journal that it cannot trust, where it has not noted yet that there are other nodes. */
    private static final String NEW_START_WANTED = "remove this node from the cluster and add it again";

    private static final EnumSet<ClusterMisfortune> OF_MACHINES = EnumSet.of(SLOW_DISK, FULL_DISK, CLOCK_JUMP);

    /**
     * Those of the names that can happen to the cluster, all of them where there are no names; throws {@link
     * IllegalArgumentException} for a name that is none, and if none of them can.
     */
    static List<ClusterMisfortune> possible(List<String> names, ClusterProcesses cluster) {
        List<ClusterMisfortune> wanted = names.isEmpty()
                ? List.of(values())
                : names.stream().map(ClusterMisfortune::valueOf).toList();
        List<ClusterMisfortune> possible = wanted.stream()
                .filter(each -> cluster.hasFaultyMachines() || !OF_MACHINES.contains(each))
                .filter(each -> cluster.hasCables() || each != UNPLUG)
                .toList();
        if (possible.isEmpty()) {
            throw new IllegalArgumentException(wanted + " cannot happen here: that takes a C compiler, or namespaces");
        }
        return possible;
    }

    /** Names of those after which the cluster is itself again in moments. */
    static List<String> briefOnes() {
        return Stream.of(values())
                .filter(each -> !each.comesAlone())
                .map(Enum::name)
                .toList();
    }

    /** Names of those that a network does to nodes. */
    static List<String> ofNetworks() {
        return Stream.of(CUT_OFF, LOSE_ONE_WAY, SLOW, TEAR, UNPLUG)
                .map(Enum::name)
                .toList();
    }

    /** Whether nothing else may happen until it is over: with another node gone, too, there would be no majority left. */
    boolean comesAlone() {
        return this == DAMAGE_JOURNAL || this == DAMAGE_JOURNAL_AND_KILL;
    }

    /** Does it; answers what puts things right. {@code leader} leads a partition of interest. */
    Runnable strike(ClusterProcesses cluster, int leader, RandomGenerator random) {
        int other = otherThan(leader, cluster, random);
        return switch (this) {
            case KILL_LEADER -> kill(cluster, List.of(leader));
            case KILL_FOLLOWER -> kill(cluster, List.of(other));
            case KILL_MAJORITY -> kill(cluster, allBut(other, cluster));
            case KILL_ALL -> kill(cluster, allBut(0, cluster));
            case FREEZE_LEADER -> freeze(cluster.node(leader));
            case CUT_OFF -> {
                int alone = 1 + random.nextInt(cluster.nodes().size());
                allBut(alone, cluster).forEach(each -> {
                    cluster.lose(alone, each);
                    cluster.lose(each, alone);
                });
                yield cluster::heal;
            }
            case LOSE_ONE_WAY -> {
                boolean isFromLeader = random.nextBoolean();
                cluster.lose(isFromLeader ? leader : other, isFromLeader ? other : leader);
                yield cluster::heal;
            }
            case SLOW -> {
                cluster.slow(1 + random.nextInt(DELAY_LIMIT_MS));
                yield cluster::heal;
            }
            case TEAR -> {
                cluster.tear();
                yield () -> {};
            }
            case SLOW_DISK ->
                worsen(cluster, random, machine -> machine.slowDisk(1 + random.nextInt(SYNC_DELAY_LIMIT_MS)));
            case FULL_DISK -> worsen(cluster, random, FaultyMachine::fillDisk);
            case CLOCK_JUMP ->
                worsen(cluster, random, machine -> machine.shiftClock(random.nextInt(-CLOCK_LIMIT_MS, CLOCK_LIMIT_MS)));
            case UNPLUG -> {
                cluster.unplug(1 + random.nextInt(cluster.nodes().size()));
                yield cluster::heal;
            }
            case DAMAGE_JOURNAL -> {
                int id = 1 + random.nextInt(cluster.nodes().size());
                damageJournal(cluster, id, random);
                yield () -> {
                    cluster.node(id).relaunch();
                    awaitRepair(cluster, id);
                };
            }
            case DAMAGE_JOURNAL_AND_KILL -> {
                damageJournal(cluster, other, random);
                cluster.node(other).relaunch();
                Runnable restart = kill(cluster, List.of(leader));
                yield () -> {
                    restart.run();
                    awaitRepair(cluster, other);
                };
            }
        };
    }

    private static Runnable worsen(ClusterProcesses cluster, RandomGenerator random, Consumer<FaultyMachine> how) {
        FaultyMachine machine =
                cluster.machine(1 + random.nextInt(cluster.nodes().size()));
        how.accept(machine);
        return machine::heal;
    }

    private static void damageJournal(ClusterProcesses cluster, int id, RandomGenerator random) {
        cluster.node(id).kill9();
        JournalDamage.anywhere(cluster.data(id), random);
    }

    /**
     * The node notices it and is filled again by the others; or it does not, where nothing needs that block any more; or it is
     * refused, where it does not know of the others yet.
     */
    private static void awaitRepair(ClusterProcesses cluster, int id) {
        BrokerProcess node = cluster.node(id);
        if (node.becomesReady()) {
            awaitCaughtUp(cluster, node);
        } else if (!node.isAlive() && node.output().contains(NEW_START_WANTED)) {
            cluster.replace(id);
        } else {
            throw new IllegalStateException("node " + id + " with a damaged journal:\n" + node.output());
        }
    }

    private static void awaitCaughtUp(ClusterProcesses cluster, BrokerProcess node) {
        try {
            node.awaitCaughtUp();
        } catch (IllegalStateException alone) {
            // Whom it waits for tells more.
            String ended = cluster.nodes().stream()
                    .filter(each -> !each.isAlive())
                    .map(BrokerProcess::output)
                    .collect(Collectors.joining("\n\n"));
            throw new IllegalStateException(alone.getMessage() + "\nNodes that ended by themselves:\n" + ended, alone);
        }
    }

    /** Another misfortune may have killed it before, or kill it while it stands still. */
    private static Runnable freeze(BrokerProcess node) {
        if (node.isAlive()) {
            node.sigstop();
        }
        return () -> {
            if (node.isAlive()) {
                node.sigcont();
            }
        };
    }

    private static Runnable kill(ClusterProcesses cluster, List<Integer> ids) {
        List<BrokerProcess> killed =
                ids.stream().map(cluster::node).filter(BrokerProcess::isAlive).toList();
        killed.forEach(BrokerProcess::kill9);
        return () -> {
            killed.forEach(BrokerProcess::relaunch);
            killed.forEach(BrokerProcess::awaitReady);
        };
    }

    private static int otherThan(int leader, ClusterProcesses cluster, RandomGenerator random) {
        List<Integer> others = new ArrayList<>(allBut(leader, cluster));
        Collections.shuffle(others, Random.from(random));
        return others.getFirst();
    }

    private static List<Integer> allBut(int one, ClusterProcesses cluster) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 1; id <= cluster.nodes().size(); id++) {
            if (id != one) {
                ids.add(id);
            }
        }
        return ids;
    }
}
