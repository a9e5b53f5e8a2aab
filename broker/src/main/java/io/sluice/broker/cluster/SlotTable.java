package io.sluice.broker.cluster;

import static io.sluice.common.Check.check;

import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.group.GroupCoordinator;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which shard coordinates which groups: the 64 slots that groups fall into, and the one that moves. Immutable.
 *
 * @param places of all slots, by slot
 * @param moving the one that moves now, if one does
 * @param staying slots that could not move; nobody asks again before there are more shards
 */
public record SlotTable(List<Place> places, Optional<Move> moving, Set<Integer> staying) {
    /** Before the first move. */
    public static final SlotTable FIRST = new SlotTable(
            Collections.nCopies(GroupCoordinator.SLOTS, new Place(GroupCoordinator.FIRST_SHARD, 0)),
            Optional.empty(),
            Set.of());

    private static final int STAYING_BYTES = 4;

    /**
     * Where a slot is.
     *
     * @param shard that has it
     * @param number of the move that brought it there, 0 if it is there from the beginning
     */
    public record Place(int shard, long number) {}

    /**
     * A slot that is to go to another shard.
     *
     * @param number the version of the cluster that began it
     */
    public record Move(int slot, int from, int to, long number) {}

    public SlotTable {
        places = List.copyOf(places);
        staying = Set.copyOf(staying);
    }

    /** Where the slot is. */
    public Place place(int slot) {
        return places.get(slot);
    }

    /** The move of that number, while it is under way. */
    public Optional<Move> move(long number) {
        return moving.filter(move -> move.number() == number);
    }

    /** So many slots the shard has. */
    public long count(int shard) {
        return places.stream().filter(place -> place.shard() == shard).count();
    }

    SlotTable begin(int slot, int to, long number) {
        return new SlotTable(places, Optional.of(new Move(slot, place(slot).shard(), to, number)), staying);
    }

    /** It is where it was to go. */
    SlotTable moved() {
        return moving.map(move -> new SlotTable(with(move), Optional.empty(), staying))
                .orElse(this);
    }

    private List<Place> with(Move move) {
        return IntStream.range(0, places.size())
                .mapToObj(slot -> slot == move.slot() ? new Place(move.to(), move.number()) : place(slot))
                .toList();
    }

    /** It stays where it was. */
    SlotTable takenBack() {
        Set<Integer> more = new TreeSet<>(staying);
        moving.ifPresent(move -> more.add(move.slot()));
        return new SlotTable(places, Optional.empty(), more);
    }

    /** Those that could not move may be asked again. */
    SlotTable askAgain() {
        return new SlotTable(places, moving, Set.of());
    }

    void write(ByteWriter out) {
        places.forEach(place -> out.putInt(place.shard()).putLong(place.number()));
        out.putByte(moving.isPresent() ? 1 : 0);
        moving.ifPresent(move ->
                out.putInt(move.slot()).putInt(move.from()).putInt(move.to()).putLong(move.number()));
        out.putInt(staying.size());
        new TreeSet<>(staying).forEach(out::putInt);
    }

    static SlotTable read(ByteReader in) {
        List<Place> places = Stream.generate(() -> new Place(in.getInt(), in.getLong()))
                .limit(GroupCoordinator.SLOTS)
                .toList();
        Optional<Move> moving = in.getByte() == 1
                ? Optional.of(new Move(slot(in), in.getInt(), in.getInt(), in.getLong()))
                : Optional.empty();
        Set<Integer> staying = new TreeSet<>();
        for (int left = in.getCount(STAYING_BYTES); left > 0; left--) {
            staying.add(slot(in));
        }
        return new SlotTable(places, moving, staying);
    }

    static int slot(ByteReader in) {
        int slot = in.getInt();
        check(slot >= 0 && slot < GroupCoordinator.SLOTS, "there is no slot %s of groups", slot);
        return slot;
    }
}
