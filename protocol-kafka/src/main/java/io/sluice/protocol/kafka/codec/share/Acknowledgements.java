package io.sluice.protocol.kafka.codec.share;

import io.sluice.broker.api.DeliveryService.Settlement;
import io.sluice.broker.api.DeliveryService.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Acknowledgement batches of one partition on their way into settlements (KIP-932, KIP-1222): in order, not overlapping,
 * each with one type for all its offsets or one for each.
 */
final class Acknowledgements {
    private static final Verdict[] VERDICTS = {
        Verdict.GAP, Verdict.ACKNOWLEDGE, Verdict.RELEASE, Verdict.REJECT, Verdict.RENEW
    };

    private final int typeMax;
    private final List<Settlement> settlements = new ArrayList<>();
    private long lastOffset = -1;
    private boolean renews;
    private String problem = "";

    /** {@code mayRenew} says whether the request may have that type at all. */
    Acknowledgements(boolean mayRenew) {
        typeMax = mayRenew ? VERDICTS.length - 1 : VERDICTS.length - 2;
    }

    void add(long first, long last, List<Byte> types) {
        problem = problem.isEmpty() ? whyNot(first, last, types) : problem;
        if (!problem.isEmpty()) {
            return;
        }
        lastOffset = last;
        int from = 0;
        for (int i = 1; i <= types.size(); i++) {
            if (i == types.size() || !types.get(i).equals(types.get(from))) {
                long end = types.size() == 1 ? last : first + i - 1;
                Verdict verdict = VERDICTS[types.get(from)];
                renews |= verdict == Verdict.RENEW;
                settlements.add(new Settlement(first + from, end, verdict));
                from = i;
            }
        }
    }

    private String whyNot(long first, long last, List<Byte> types) {
        if (first < 0 || first > last) {
            return "The first offset of an acknowledgement batch lies behind its last.";
        }
        if (first <= lastOffset) {
            return "Acknowledgement batches must be in order and must not overlap.";
        }
        if (types.isEmpty() || (types.size() > 1 && types.size() != last - first + 1)) {
            return "An acknowledgement batch has one type, or one for each offset.";
        }
        return types.stream().allMatch(type -> type >= 0 && type <= typeMax)
                ? ""
                : "An acknowledgement batch has a type that there is not.";
    }

    /** What is wrong with them; empty if nothing is. */
    Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    /** Whether one of them renews. */
    boolean renews() {
        return renews;
    }

    /** One for each stretch of equal types. */
    List<Settlement> settlements() {
        return settlements;
    }
}
