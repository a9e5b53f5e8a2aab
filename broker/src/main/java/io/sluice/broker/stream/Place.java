package io.sluice.broker.stream;

import io.sluice.broker.api.EntryId;
import java.util.Optional;

/**
 * Where an id would be.
 *
 * @param offset of the first entry whose id is not before it
 * @param found the id of that entry; empty behind the last
 */
record Place(long offset, Optional<EntryId> found) {
    boolean isOf(EntryId id) {
        return found.isPresent() && found.get().equals(id);
    }
}
