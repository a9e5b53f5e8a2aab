package io.sluice.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.DeliveryGroup;
import io.sluice.broker.api.DeliveryKind;
import io.sluice.broker.api.DeliveryService;
import io.sluice.broker.api.DeliveryService.Description;
import io.sluice.broker.api.DeliveryStart;
import io.sluice.broker.api.Result;
import io.sluice.common.ErrorCode;
import io.sluice.common.PeerCallException;
import io.sluice.common.PeerService;
import io.sluice.common.PeerServices;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two nodes in one thread; the second leads what the first does not. */
class ForwardedDeliveriesTest {
    private static final DeliveryGroup OWN = new DeliveryGroup(DeliveryKind.SHARE, "workers", SimulatedSlot.TOPIC, 0);
    private static final DeliveryGroup OTHERS = new DeliveryGroup(DeliveryKind.REDIS, "g", SimulatedSlot.TOPIC, 1);

    private final Map<Integer, PeerService> served = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final ForwardedDeliveries first = node(1);

    ForwardedDeliveriesTest() {
        node(2);
    }

    private ForwardedDeliveries node(int id) {
        return new ForwardedDeliveries(deliveries(id), new Wire(id), new ForwardedDeliveries.Leaders() {
            @Override
            public int elsewhere(DeliveryGroup group) {
                return group.equals(OTHERS) && id == 1 ? 2 : 0;
            }

            @Override
            public List<Integer> others() {
                return id == 1 ? List.of(2, 3) : List.of(1);
            }
        });
    }

    /** Node 3 never answers. */
    private final class Wire implements PeerServices {
        private final int self;

        Wire(int self) {
            this.self = self;
        }

        @Override
        public void serve(int service, PeerService handler) {
            served.put(self, handler);
        }

        @Override
        public CompletableFuture<ByteBuffer> call(int nodeId, int service, ByteBuffer request, long timeoutMs) {
            PeerService handler = served.get(nodeId);
            return handler == null
                    ? CompletableFuture.failedFuture(new PeerCallException(nodeId, "is silent"))
                    : handler.handle(self, request);
        }
    }

    private static Description description(int node) {
        return new Description(node == 1 ? OWN : OTHERS, 1, 2, 3, 4, 5, 6, 7, -1, 9, node);
    }

    /** Notes each call, with the node that it came to. */
    private DeliveryService deliveries(int node) {
        return (DeliveryService) Proxy.newProxyInstance(
                DeliveryService.class.getClassLoader(),
                new Class<?>[] {DeliveryService.class},
                (proxy, method, arguments) -> {
                    calls.add(node + " " + method.getName() + " " + Arrays.toString(arguments));
                    return CompletableFuture.completedFuture(
                            switch (method.getName()) {
                                case "open", "reopen" -> ErrorCode.NONE;
                                case "delete" -> ErrorCode.GROUP_ID_NOT_FOUND;
                                case "describe" -> Result.of(description(node));
                                case "list" -> List.of(description(node));
                                default -> Result.of(41L + node);
                            });
                });
    }

    private String lastCall() {
        return calls.getLast();
    }

    @Test
    void whatIsAboutAGroupGoesToTheLeaderOfItsPartition() {
        assertThat(first.open(OTHERS).join()).isEqualTo(ErrorCode.NONE);
        assertThat(lastCall()).isEqualTo("2 open [" + OTHERS + "]");
        assertThat(first.delete(OTHERS).join()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(first.releaseMember(OTHERS, "ann").join().get()).isEqualTo(43);
        assertThat(lastCall()).isEqualTo("2 releaseMember [" + OTHERS + ", ann]");
        assertThat(first.reopen(OTHERS, 77).join()).isEqualTo(ErrorCode.NONE);
        assertThat(lastCall()).isEqualTo("2 reopen [" + OTHERS + ", 77]");
        assertThat(first.describe(OTHERS).join().get()).isEqualTo(description(2));
    }

    @Test
    void whatThisNodeLeadsStaysHere() {
        assertThat(first.describe(OWN).join().get()).isEqualTo(description(1));
        assertThat(first.open(OWN).join()).isEqualTo(ErrorCode.NONE);
        assertThat(calls).allMatch(call -> call.startsWith("1 "));
    }

    @Test
    void everyStartIsUnderstood() {
        for (DeliveryStart start : List.of(
                new DeliveryStart.Earliest(),
                new DeliveryStart.Latest(),
                new DeliveryStart.Offset(5),
                new DeliveryStart.Time(6),
                new DeliveryStart.Ago(7),
                new DeliveryStart.Last(8))) {
            assertThat(first.reset(OTHERS, start).join().get()).isEqualTo(43);
            assertThat(lastCall()).isEqualTo("2 reset [" + OTHERS + ", " + start + "]");
        }
    }

    @Test
    void groupsOfAllNodesThatAnswerAreListed() {
        assertThat(first.list(Optional.of(DeliveryKind.SHARE), Optional.of("workers"))
                        .join())
                .containsExactly(description(1), description(2));
        assertThat(lastCall()).isEqualTo("2 list [Optional[SHARE], Optional[workers]]");
    }

    @Test
    void whatCannotBeReadIsRefused() {
        ByteBuffer nonsense = ByteBuffer.wrap(new byte[] {99, 1, 0, 0});
        assertThat(served.get(2).handle(1, nonsense)).isCompletedExceptionally();
    }
}
