package io.sluice.protocol.kafka;

import io.sluice.common.ErrorCode;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one fetch works on.
 *
 * @param error why there is nothing to fetch, NONE if there is
 * @param targets the partitions, in the order to be read
 * @param session whose partitions they are, claimed by this fetch; null if none
 * @param wantsSession whether a session is to be made of them
 */
record FetchContext(
        ErrorCode error,
        Collection<FetchTarget> targets,
        @Nullable FetchSession session,
        boolean wantsSession) {
    static FetchContext failed(ErrorCode error) {
        return new FetchContext(error, List.of(), null, false);
    }

    static FetchContext full(List<FetchTarget> targets, boolean wantsSession) {
        return new FetchContext(ErrorCode.NONE, targets, null, wantsSession);
    }

    static FetchContext incremental(FetchSession session) {
        return new FetchContext(ErrorCode.NONE, session.targets(), session, false);
    }

    /** Whether unchanged partitions are left out of the answer. */
    boolean isIncremental() {
        return session != null;
    }
}
