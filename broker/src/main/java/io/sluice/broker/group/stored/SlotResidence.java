package io.sluice.broker.group.stored;

import java.util.Optional;

/**
 * What a shard has of a slot of groups. One shard serves it; when it moves, that one seals what it has, and the other one, which
 * has copied it, serves it once the metadata says so.
 *
 * <pre>
 *   the shard that it leaves    OPEN ──seal──► SEALED ──let go──► CLOSED
 *                                 ◄──unseal─────┘
 *   the shard that it goes to   CLOSED ──arrive──► ARRIVING ──complete──► ARRIVED ──open──► OPEN
 *                                 ◄──let go───────────┴────────────────────┘
 * </pre>
 *
 * @param stage how far
 * @param number of the move that brought it there, 0 if there was none; moves have ascending numbers
 */
public record SlotResidence(Stage stage, long number) {
    /** Where the slot lies from the beginning. */
    public static final SlotResidence BORN_OPEN = new SlotResidence(Stage.OPEN, 0);

    /** Everywhere else. */
    public static final SlotResidence BORN_CLOSED = new SlotResidence(Stage.CLOSED, 0);

    /** The order is part of the format. */
    public enum Stage {
        /** Its groups are served. */
        OPEN,
        /** Nothing of it changes any more. */
        SEALED,
        /** There is nothing of it. */
        CLOSED,
        /** Some of its groups are there. */
        ARRIVING,
        /** All of them are. */
        ARRIVED
    }

    /** What the leader of the shard does about it. */
    public enum Step {
        /** The shard shall not serve it any more. */
        SEAL,
        /** The move was taken back: it goes on here. */
        UNSEAL,
        /** What is left of it from before goes, and groups may come. */
        ARRIVE,
        /** All groups have come. */
        COMPLETE,
        /** The metadata says that it is here. */
        OPEN,
        /** The metadata says that it is not here. */
        LET_GO
    }

    /** Whether its groups are served here. */
    public boolean isOpen() {
        return stage == Stage.OPEN;
    }

    /** Whether groups of that move may come. */
    public boolean isArrivingBy(long move) {
        return stage == Stage.ARRIVING && number == move;
    }

    /**
     * What it is after the step of a move; itself if that was done before. Empty where the step is not to be done: told too late,
     * or twice.
     */
    public Optional<SlotResidence> after(Step step, long move) {
        Stage to = target(step);
        if (stage == to && number == move) {
            return Optional.of(this);
        }
        boolean isAllowed = switch (step) {
            case SEAL -> stage == Stage.OPEN && number < move;
            case ARRIVE -> stage != Stage.OPEN && number < move;
            case UNSEAL -> stage == Stage.SEALED && number == move;
            case COMPLETE -> stage == Stage.ARRIVING && number == move;
            case OPEN -> stage == Stage.ARRIVED && number == move;
            case LET_GO -> !isOpen() && number == move;
        };
        return isAllowed ? Optional.of(new SlotResidence(to, move)) : Optional.empty();
    }

    private static Stage target(Step step) {
        return switch (step) {
            case SEAL -> Stage.SEALED;
            case UNSEAL, OPEN -> Stage.OPEN;
            case ARRIVE -> Stage.ARRIVING;
            case COMPLETE -> Stage.ARRIVED;
            case LET_GO -> Stage.CLOSED;
        };
    }
}
