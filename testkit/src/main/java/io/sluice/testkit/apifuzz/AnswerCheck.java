package io.sluice.testkit.apifuzz;

import io.sluice.testkit.apifuzz.Learned.Membership;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.SchemaException;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.jspecify.annotations.Nullable;

/** Reads answers by the schema of their version. Safe for any thread. */
final class AnswerCheck {
    private static final int LEARNED_PER_ARRAY = 4;

    private final Learned learned;

    AnswerCheck(Learned learned) {
        this.learned = learned;
    }

    /** What is wrong with the answer to {@code request}, if anything. */
    Optional<String> complaint(FuzzRequest request, ByteBuffer answer) {
        int correlationId = answer.getInt(0);
        if (correlationId != request.correlationId()) {
            return Optional.of("the answer is of request " + correlationId);
        }
        try {
            Struct message = parse(request.api(), request.version(), answer);
            if (answer.hasRemaining()) {
                return Optional.of("the answer has " + answer.remaining() + " bytes too many: " + message);
            }
            Walk walk = new Walk(request);
            walk.over(message, "", true);
            return Optional.ofNullable(walk.complaint).map(complaint -> complaint + ": " + message);
        } catch (SchemaException | IllegalArgumentException | BufferUnderflowException e) {
            return Optional.of("the answer cannot be read: " + e.getMessage());
        }
    }

    /** Reads header and body; the position is behind them afterwards. */
    static Struct parse(ApiMessageType api, short version, ByteBuffer answer) {
        answer.position(4);
        if (api.responseHeaderVersion(version) >= 1) {
            TaggedFields.of().read(answer);
        }
        return api.responseSchemas()[version].read(answer);
    }

    /** One way through an answer. */
    private final class Walk {
        private final FuzzRequest request;
        private @Nullable String complaint;

        Walk(FuzzRequest request) {
            this.request = request;
        }

        void over(Struct struct, String parent, boolean isLearned) {
            boolean isOfOthers = isOfOthers(struct);
            for (BoundField field : struct.schema().fields()) {
                Object value = struct.get(field);
                if (field.def.type instanceof TaggedFields tagged && value instanceof NavigableMap<?, ?> present) {
                    overTagged(tagged, present, parent, isLearned && !isOfOthers);
                } else if (value != null) {
                    overValue(parent, field.def.name, value, isLearned && !isOfOthers);
                }
            }
            if (isLearned && !isOfOthers) {
                rememberMember(struct);
            }
        }

        private void overTagged(TaggedFields tagged, Map<?, ?> present, String parent, boolean isLearned) {
            present.forEach((tag, value) -> {
                Field field = tagged.fields().get(tag);
                if (field != null && value != null) {
                    overValue(parent, field.name, value, isLearned);
                }
            });
        }

        private void overValue(String parent, String field, Object value, boolean isLearned) {
            if (value instanceof Struct struct) {
                over(struct, field, isLearned);
            } else if (value instanceof Object[] elements) {
                for (int i = 0; i < elements.length; i++) {
                    overValue(parent, field, elements[i], isLearned && i < LEARNED_PER_ARRAY);
                }
            } else if (field.endsWith("error_code") && value instanceof Short code) {
                checkError(code);
            } else if (isLearned) {
                remember(parent, field, value);
            }
        }

        private void checkError(short code) {
            if (code == Errors.UNKNOWN_SERVER_ERROR.code()) {
                complaint = "the answer says UNKNOWN_SERVER_ERROR";
            } else if (code < 0 || code > Errors.values().length) {
                complaint = "the answer says error " + code + ", which does not exist";
            }
        }

        private void remember(String parent, String field, Object value) {
            switch (value) {
                case String text
                when !text.isEmpty() ->
                    learned.add(Meaning.of(request.api(), parent, field).name(), text);
                case Uuid id -> learned.add(field, id);
                case Long number when number >= 0 -> learned.add(field, number);
                case Integer number when number >= 0 -> learned.add(field, (long) number);
                default -> {}
            }
        }

        private void rememberMember(Struct struct) {
            if (struct.hasField("member_id")
                    && struct.get("member_id") instanceof String member
                    && !member.isEmpty()
                    && request.drawn().get("group_id") instanceof String group) {
                String epochField = struct.hasField("generation_id") ? "generation_id" : "member_epoch";
                int epoch =
                        struct.hasField(epochField) && struct.get(epochField) instanceof Integer number ? number : 0;
                learned.add("membership", new Membership(group, member, epoch));
            }
        }

        /** What honest clients have is not to be learned, nor anything that stands beside its name. */
        private boolean isOfOthers(Struct struct) {
            for (BoundField field : struct.schema().fields()) {
                boolean isName = field.def.type != Type.INT32
                        && struct.get(field) instanceof String name
                        && FuzzNames.isHonest(name);
                if (isName) {
                    return true;
                }
            }
            return false;
        }
    }
}
