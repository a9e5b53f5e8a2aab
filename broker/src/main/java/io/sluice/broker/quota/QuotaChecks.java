package io.sluice.broker.quota;

import io.sluice.broker.api.QuotaAlteration;
import io.sluice.broker.api.QuotaEntity;
import io.sluice.broker.api.QuotaEntity.Kind;
import io.sluice.broker.api.QuotaKey;
import io.sluice.broker.api.Result;
import io.sluice.broker.quota.AlterQuotas.Change;
import io.sluice.common.ErrorCode;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** What can be told of an alteration without knowing the state, with Kafka's errors. */
final class QuotaChecks {
    /** A length that every protocol can carry and no honest name reaches. */
    private static final int NAME_CHARS_MAX = 4_096;

    private static final double WHOLE_TOLERANCE = 1e-6;
    private static final Set<Set<Kind>> COMBINATIONS =
            Set.of(Set.of(Kind.USER), Set.of(Kind.CLIENT_ID), Set.of(Kind.USER, Kind.CLIENT_ID), Set.of(Kind.IP));

    private QuotaChecks() {}

    /** The change, or INVALID_REQUEST. */
    static Result<Change> check(QuotaAlteration alteration) {
        Optional<String> refusal = whyInvalid(alteration.entity());
        if (refusal.isPresent()) {
            return Result.failed(ErrorCode.INVALID_REQUEST, refusal.get());
        }
        boolean isForAddresses = alteration.entity().parts().containsKey(Kind.IP);
        Map<QuotaKey, OptionalDouble> values = new EnumMap<>(QuotaKey.class);
        for (Map.Entry<String, OptionalDouble> each : alteration.values().entrySet()) {
            Optional<QuotaKey> key =
                    QuotaKey.find(each.getKey()).filter(found -> found.isForAddresses() == isForAddresses);
            if (key.isEmpty()) {
                return Result.failed(ErrorCode.INVALID_REQUEST, "Invalid configuration key " + each.getKey());
            }
            if (each.getValue().isPresent()) {
                refusal = whyInvalid(key.get(), each.getValue().getAsDouble());
            }
            if (refusal.isPresent()) {
                return Result.failed(ErrorCode.INVALID_REQUEST, refusal.get());
            }
            values.put(key.get(), each.getValue());
        }
        return Result.of(new Change(alteration.entity(), values));
    }

    private static Optional<String> whyInvalid(QuotaEntity entity) {
        if (entity.parts().isEmpty()) {
            return Optional.of("Invalid empty client quota entity");
        }
        if (!COMBINATIONS.contains(entity.parts().keySet())) {
            return Optional.of("Invalid quota entity combination, an IP must not be combined with a user or client id");
        }
        for (Map.Entry<Kind, Optional<String>> part : entity.parts().entrySet()) {
            String name = part.getValue().orElse("x");
            if (name.isEmpty()) {
                return Optional.of("Empty " + part.getKey().kafkaName() + " not supported");
            }
            if (name.length() > NAME_CHARS_MAX) {
                return Optional.of("A " + part.getKey().kafkaName() + " has at most " + NAME_CHARS_MAX + " characters");
            }
        }
        return Optional.ofNullable(entity.parts().get(Kind.IP))
                .flatMap(address -> address)
                .filter(address -> !isAddress(address))
                .map(address -> address + " is not a valid IP");
    }

    private static Optional<String> whyInvalid(QuotaKey key, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            return Optional.of("Quota " + key.kafkaName() + " must be greater than 0");
        }
        if (key.isWhole() && Math.abs(Math.rint(value) - value) > WHOLE_TOLERANCE) {
            return Optional.of("Quota " + key.kafkaName() + " must be a whole number");
        }
        return Optional.empty();
    }

    /** Kafka takes host names too and asks the name service for them; what it answers changes, so here only literals do. */
    private static boolean isAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
