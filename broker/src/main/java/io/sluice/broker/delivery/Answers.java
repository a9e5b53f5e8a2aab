package io.sluice.broker.delivery;

import io.sluice.common.ErrorCode;

/** Outcomes of the runtime as clients of deliveries know them. */
final class Answers {
    private Answers() {}

    /** Groups of deliveries have no coordinator: they live with their partition, which has a leader. */
    static ErrorCode forClients(ErrorCode error) {
        return switch (error) {
            case NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE ->
                ErrorCode.NOT_LEADER_OR_FOLLOWER;
            default -> error;
        };
    }
}
