package io.sluice.testkit.apifuzz;

import io.sluice.testkit.apifuzz.Learned.Membership;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;

/**
 * Draws the values of one request: what exists, what nearly could, and what no one would send. Remembers what it drew
 * last for each field, since some fields are about others. Owner: one thread; a new one for each request.
 */
final class FieldValues {
    private static final List<String> ODD_TEXTS = List.of(
            "",
            " ",
            "a b",
            "..",
            "../../etc",
            "%s%n{}",
            "line\nbreak",
            "\0",
            "\u65e5\u672c\u8a9e",
            "\ud83d\ude00",
            "x".repeat(249),
            "x".repeat(250),
            "y".repeat(4_097),
            "z".repeat(Short.MAX_VALUE));

    private final SplittableRandom random;
    private final Learned learned;
    private final ApiMessageType api;
    private final RecordBytes records;
    /** Whether a request that can be a dry run is one. */
    private final boolean isDryRun;
    /** Whether brokers and loggers may be named in a change, which then changes nothing. */
    private final boolean mayNameBroker;

    private final Optional<Membership> membership;
    private final Map<String, Object> drawn = new HashMap<>();

    FieldValues(ApiMessageType api, SplittableRandom random, Learned learned, boolean isWellFormed) {
        this.api = api;
        this.random = random;
        this.learned = learned;
        records = new RecordBytes(random, learned);
        isDryRun = random.nextInt(3) == 0;
        boolean isChange = api == ApiMessageType.ALTER_CONFIGS || api == ApiMessageType.INCREMENTAL_ALTER_CONFIGS;
        mayNameBroker = !isChange || isDryRun && isWellFormed;
        membership = random.nextBoolean() ? learned.any("membership", Membership.class, random) : Optional.empty();
    }

    /** The last value drawn for each field. */
    Map<String, Object> drawn() {
        return drawn;
    }

    boolean isNull() {
        return random.nextInt(6) == 0;
    }

    /** The default quota of addresses would slow down everybody here, so that it is never named. */
    boolean isNullText(String field) {
        boolean isAddress = field.equals("entity_name") && "ip".equals(drawn.get("entity_type"));
        boolean isNull = !isAddress && random.nextInt(field.equals("transactional_id") ? 2 : 6) == 0;
        if (isNull) {
            drawn.remove(field);
        }
        return isNull;
    }

    boolean isDuplicate() {
        return random.nextInt(8) == 0;
    }

    boolean hasTagged() {
        return random.nextInt(4) == 0;
    }

    boolean hasUnknownTag() {
        return random.nextInt(12) == 0;
    }

    int count(boolean isStructure) {
        return switch (random.nextInt(isStructure ? 60 : 40)) {
            case 0, 1, 2, 3, 4, 5 -> 0;
            case 6, 7, 8, 9, 10 -> 2;
            case 11, 12, 13 -> 3;
            case 14 -> 20;
            case 15 -> random.nextInt(10) == 0 ? 5_000 : 1;
            default -> 1;
        };
    }

    int flag(String field) {
        if (field.equals("validate_only")) {
            return isDryRun ? 1 : 0;
        }
        return random.nextInt(10) == 0 ? random.nextInt(256) : random.nextInt(2);
    }

    double real() {
        return one(
                0.0,
                1.0,
                -1.0,
                0.5,
                1e6,
                1e18,
                Double.MAX_VALUE,
                Double.MIN_VALUE,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY);
    }

    Uuid id(String field) {
        Optional<Uuid> known = learned.any(field, Uuid.class, random);
        if (known.isPresent() && random.nextInt(4) != 0) {
            return known.get();
        }
        return one(Uuid.ZERO_UUID, Uuid.ONE_UUID, new Uuid(random.nextLong(), random.nextLong()));
    }

    /** A number of so many bits; larger ones are cut off by who writes them. */
    long number(String field, int bits) {
        long value = FieldNumbers.draw(field, bits, random, learned, membership);
        drawn.put(field, value);
        return value;
    }

    String text(String parent, String field) {
        String text = drawText(Meaning.of(api, parent, field), field);
        drawn.put(field, text);
        return text;
    }

    private String drawText(Meaning meaning, String field) {
        if (field.startsWith("resource_name")) {
            return resourceName();
        }
        if (meaning == Meaning.ENTITY_NAME && "ip".equals(drawn.get("entity_type"))) {
            return usual(Meaning.ADDRESS);
        }
        if (membership.isPresent() && random.nextInt(8) != 0) {
            if (meaning == Meaning.GROUP) {
                return membership.get().group();
            }
            if (meaning == Meaning.MEMBER) {
                return membership.get().member();
            }
        }
        if (random.nextInt(7) == 0) {
            return odd();
        }
        return usual(meaning);
    }

    private String odd() {
        return ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size()));
    }

    private String usual(Meaning meaning) {
        boolean mayBeHonest = meaning == Meaning.TOPIC || meaning == Meaning.GROUP;
        if (mayBeHonest && FuzzNames.changesNothing(api) && random.nextInt(8) == 0) {
            return FuzzNames.HONEST;
        }
        if (random.nextBoolean()) {
            Optional<String> known = learned.any(meaning.name(), String.class, random);
            if (known.isPresent()) {
                return known.get();
            }
        }
        return meaning.usual().get(random.nextInt(meaning.usual().size()));
    }

    /** Of the kind drawn before; limits of the broker itself could lock out everybody and are changed in dry runs only. */
    private String resourceName() {
        long type = drawn.get("resource_type") instanceof Long drawnType ? drawnType : 0;
        boolean isOfBroker = type == FieldNumbers.BROKER_RESOURCE || type == FieldNumbers.LOGGER_RESOURCE;
        if (isOfBroker && !mayNameBroker) {
            return "7";
        }
        if (random.nextInt(8) == 0) {
            return odd();
        }
        if (isOfBroker) {
            return usual(Meaning.NODE);
        }
        return usual(type == FieldNumbers.GROUP_RESOURCE ? Meaning.GROUP : Meaning.TOPIC);
    }

    byte[] bytes(String field) {
        return switch (field) {
            case "records" -> records.next();
            case "auth_bytes" -> LoginTokens.any(random);
            case "metadata", "assignment" -> random.nextBoolean() ? records.subscription() : anyBytes();
            default -> anyBytes();
        };
    }

    /** No UTF-8: who reads it leniently has three bytes for each of them. */
    byte[] brokenText() {
        byte[] bytes = new byte[one(1, 200, (int) Short.MAX_VALUE)];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }

    byte[] anyBytes() {
        return switch (random.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> odd().getBytes(StandardCharsets.UTF_8);
            default -> {
                byte[] bytes = new byte[1 + random.nextInt(100)];
                random.nextBytes(bytes);
                yield bytes;
            }
        };
    }

    @SafeVarargs
    private <T> T one(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
