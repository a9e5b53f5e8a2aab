package io.sluice.broker.move;

import io.sluice.broker.cluster.ClusterCommand;
import io.sluice.broker.cluster.ClusterImage;
import io.sluice.broker.cluster.SlotTable;
import io.sluice.broker.group.GroupCoordinator;
import io.sluice.broker.group.stored.SlotResidence;
import io.sluice.broker.group.stored.SlotResidence.Step;
import io.sluice.common.Clock;
import io.sluice.common.PeerServices;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in the moves of slots of groups, as the leader of their old shards or of their new ones: looks at what is and
 * at what the metadata says, again and again. Any thread starts and stops it.
 *
 * <pre>
 *   metadata      old shard, its leader          new shard, its leader
 *   begun ──────► (serves)                       arrive: what is left of earlier goes
 *                 seal: serves no more ◄──────── asks for it
 *                 ─────────── its groups ──────► copied, then complete
 *   moved ◄─────────────────────────────────────
 *         ──────► let go                         open: serves from here on
 * </pre>
 */
public final class SlotMover {
    private static final Logger LOG = LoggerFactory.getLogger(SlotMover.class);
    private static final long LOOK_INTERVAL_MS = 100;

    /** A slot that is sealed for longer without being taken over goes on where it was. */
    private static final long SEALED_NS_MAX = TimeUnit.SECONDS.toNanos(10);

    private final SlotPlaces places;
    private final SlotSource source;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor executor;
    private final Map<Long, Long> sealedSinceNs = new HashMap<>();

    /** From now on answers other nodes; does nothing by itself before {@link #start}. */
    public SlotMover(int nodeId, SlotPlaces places, PeerServices peers, Clock clock, ThreadFactory threads) {
        this.places = places;
        this.clock = clock;
        this.source = new SlotSource(nodeId, peers, places);
        this.executor = new ScheduledThreadPoolExecutor(1, threads);
    }

    /** Begins to look. */
    public void start() {
        var unused = executor.scheduleWithFixedDelay(
                this::lookLogged, LOOK_INTERVAL_MS, LOOK_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Looks no more; what is under way goes on with the next start or at another node. */
    public void stop() {
        executor.shutdown();
    }

    /** The outermost frame: a look that fails must not end those that follow. */
    private void lookLogged() {
        try {
            look();
        } catch (CompletionException failure) {
            LOG.debug("a step of the move of a slot of groups failed; it is tried again", failure);
        } catch (RuntimeException failure) {
            LOG.error("moves of slots of groups were not looked at; they will be again", failure);
        }
    }

    /** One look at all that this node leads. */
    void look() {
        for (int shard : places.led()) {
            places.image()
                    .slots()
                    .moving()
                    .filter(move -> move.to() == shard)
                    .ifPresent(move -> new SlotCopy(move, places, source).run());
            for (int slot = 0; slot < GroupCoordinator.SLOTS; slot++) {
                settle(shard, slot);
            }
        }
        ClusterImage image = places.image();
        sealedSinceNs.keySet().removeIf(number -> image.slots().move(number).isEmpty());
    }

    /** What is in the shard for a move that is over, or takes too long. */
    private void settle(int shard, int slot) {
        SlotResidence residence = places.slots().residence(shard, slot).orElse(SlotResidence.BORN_CLOSED);
        long number = residence.number();
        // Behind what the shard says: an image from before the move would not know it either.
        ClusterImage image = places.image();
        boolean isSettled = residence.isOpen() || residence.stage() == SlotResidence.Stage.CLOSED;
        if (isSettled || image.version() < number) {
            return;
        }
        SlotTable.Place place = image.slots().place(slot);
        if (image.slots().move(number).isPresent()) {
            if (residence.stage() == SlotResidence.Stage.SEALED) {
                takeBackIfLate(number);
            }
        } else if (residence.stage() == SlotResidence.Stage.SEALED
                && place.shard() == shard
                && place.number() < number) {
            go(shard, slot, Step.UNSEAL, number);
        } else if (residence.stage() == SlotResidence.Stage.ARRIVED
                && place.shard() == shard
                && place.number() == number) {
            go(shard, slot, Step.OPEN, number);
        } else {
            go(shard, slot, Step.LET_GO, number);
        }
    }

    private void go(int shard, int slot, Step step, long number) {
        var unused = places.slots().go(shard, slot, step, number).join();
    }

    private void takeBackIfLate(long number) {
        long nowNs = clock.nanoTime();
        long sinceNs = sealedSinceNs.computeIfAbsent(number, key -> nowNs);
        if (nowNs - sinceNs > SEALED_NS_MAX) {
            LOG.warn("a sealed slot of groups is not taken over, it goes on where it was");
            var unused =
                    places.run(new ClusterCommand.EndSlotMove(number, false)).join();
        }
    }
}
