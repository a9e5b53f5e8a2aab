package io.sluice.broker;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.group.ShareDeliveries;
import io.sluice.broker.group.assign.PartitionSet;
import io.sluice.common.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the members of share groups do to the deliveries of their groups. Any thread. */
record ShareGroupDeliveries(DeliveryService deliveries) implements ShareDeliveries {
    @Override
    public void memberGone(String groupId, String memberId, PartitionSet assigned) {
        assigned.forEach((topic, partition, epoch) -> {
            var unused = deliveries.releaseMember(
                    new DeliveryGroup(DeliveryKind.SHARE, groupId, topic, partition), memberId);
        });
    }

    @Override
    public CompletableFuture<ErrorCode> forget(String groupId) {
        return deliveries
                .list(Optional.of(DeliveryKind.SHARE), Optional.of(groupId))
                .thenCompose(found -> {
                    CompletableFuture<ErrorCode> all = CompletableFuture.completedFuture(ErrorCode.NONE);
                    for (DeliveryService.Description each : found) {
                        all = all.thenCombine(deliveries.delete(each.group()), ShareGroupDeliveries::first);
                    }
                    return all;
                });
    }

    private static ErrorCode first(ErrorCode before, ErrorCode next) {
        return before != ErrorCode.NONE || next == ErrorCode.GROUP_ID_NOT_FOUND ? before : next;
    }
}
