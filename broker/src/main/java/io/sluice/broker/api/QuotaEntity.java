package io.sluice.broker.api;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whom a quota is for: a user, a client id, both, or an address; each by name, or the default for all without one of
 * their own. Ordered by its parts.
 *
 * @param parts what it names; empty is the default
 */
public record QuotaEntity(Map<Kind, Optional<String>> parts) implements Comparable<QuotaEntity> {
    /** What is named. */
    public enum Kind {
        /** The name of an authenticated principal. */
        USER("user"),
        /** What a client calls itself. */
        CLIENT_ID("client-id"),
        /** The address that a connection comes from. */
        IP("ip");

        private final String kafkaName;

        Kind(String kafkaName) {
            this.kafkaName = kafkaName;
        }

        /** Its name in Kafka. */
        public String kafkaName() {
            return kafkaName;
        }

        /** The one of that name. */
        public static Optional<Kind> find(String kafkaName) {
            for (Kind type : values()) {
                if (type.kafkaName.equals(kafkaName)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    public QuotaEntity {
        Map<Kind, Optional<String>> ordered = new EnumMap<>(Kind.class);
        ordered.putAll(parts);
        parts = Collections.unmodifiableMap(ordered);
    }

    /** Of one part. */
    public static QuotaEntity of(Kind type, Optional<String> name) {
        return new QuotaEntity(Map.of(type, name));
    }

    /** Of a user and a client id. */
    public static QuotaEntity ofBoth(Optional<String> user, Optional<String> clientId) {
        return new QuotaEntity(Map.of(Kind.USER, user, Kind.CLIENT_ID, clientId));
    }

    @Override
    public int compareTo(QuotaEntity other) {
        for (Kind type : Kind.values()) {
            int order = rank(type).compareTo(other.rank(type));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** Absent before default before names. */
    private String rank(Kind type) {
        Optional<String> name = parts.get(type);
        if (name == null) {
            return "";
        }
        return name.map(text -> "b" + text).orElse("a");
    }
}
