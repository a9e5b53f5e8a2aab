package io.sluice.broker.api;

import java.util.Map;
import java.util.Optional;

/**
 * Which entities are wanted (KIP-546).
 *
 * @param components what an entity must have
 * @param isStrict whether it must have nothing else
 */
public record QuotaFilter(Map<QuotaEntity.Kind, Match> components, boolean isStrict) {
    /** Everything. */
    public static final QuotaFilter ALL = new QuotaFilter(Map.of(), false);

    /** How a part must be. */
    public sealed interface Match {
        /** Whether a part of an entity, if it has one, is such. */
        default boolean accepts(Optional<String> name) {
            return switch (this) {
                case Exactly exactly -> name.equals(exactly.name());
                case Any _ -> true;
            };
        }
    }

    /** Of this name, or the default if empty. */
    public record Exactly(Optional<String> name) implements Match {}

    /** Of any name or the default. */
    public record Any() implements Match {}

    public QuotaFilter {
        components = Map.copyOf(components);
    }

    /** Whether the entity is wanted. */
    public boolean accepts(QuotaEntity entity) {
        if (isStrict && entity.parts().size() != components.size()) {
            return false;
        }
        return components.entrySet().stream().allMatch(component -> {
            Optional<String> name = entity.parts().get(component.getKey());
            return name != null && component.getValue().accepts(name);
        });
    }
}
