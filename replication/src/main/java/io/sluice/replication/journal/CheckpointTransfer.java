package io.sluice.replication.journal;

import java.util.function.BooleanSupplier;

/**
 * How a member whose next entries nobody keeps any more gets the state from another member: a checkpoint with all its files.
 * Made for a journal by whom its entries mean something to. Both calls come from one thread at a time.
 */
public interface CheckpointTransfer {
    /** For a journal that is asked to begin with an empty group or is never behind. */
    CheckpointTransfer NONE = new CheckpointTransfer() {
        @Override
        public void fetch(int nodeId, long index, BooleanSupplier isCancelled) {
            throw new TransferFailedException("nothing here takes another node's checkpoint");
        }

        @Override
        public Position install() {
            throw new TransferFailedException("nothing was fetched");
        }
    };

    /** The entry of a checkpoint, and its term. */
    record Position(long index, long term) {}

    /**
     * Copies a checkpoint of the node, of that entry or a later one, beside the state, durably. Takes as long as it takes.
     * Throws {@link TransferFailedException}; then nothing has changed.
     */
    void fetch(int nodeId, long index, BooleanSupplier isCancelled);

    /**
     * Makes what was fetched last the state, in the place of everything there was; entries up to the answered position are in
     * it, be they handed over already or not. Throws {@link TransferFailedException} if this node stops meanwhile; any other
     * failure must end the process.
     */
    Position install();
}
