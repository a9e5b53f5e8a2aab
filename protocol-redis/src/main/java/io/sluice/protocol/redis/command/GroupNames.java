package io.sluice.protocol.redis.command;

import io.sluice.broker.api.GroupAnswer;
import io.sluice.broker.api.GroupCommand;
import io.sluice.broker.api.StreamAnswer;
import io.sluice.broker.api.StreamCommand;
import io.sluice.broker.api.StreamKey;
import io.sluice.protocol.redis.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Names of groups and consumers, which are bytes, and the errors that name them. */
final class GroupNames {
    private GroupNames() {}

    /** A character for each byte. */
    static String name(Request request, int index) {
        return new String(request.word(index), StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(StreamKey key) {
        return new String(key.name(), StandardCharsets.ISO_8859_1);
    }

    /** The error of most commands that need a group. */
    static String noGroup(StreamKey key, String group) {
        return "NOGROUP No such key '" + text(key) + "' or consumer group '" + group + "'";
    }

    /** The error of XGROUP and XINFO, of which the key exists. */
    static String noGroupOf(StreamKey key, String group) {
        return "NOGROUP No such consumer group '" + group + "' for key name '" + text(key) + "'";
    }

    /**
     * What Redis answers to a command that is wrong but whose group it looks for first: {@code ifMissing} if there is no such
     * group, else what is wrong.
     */
    static Plan planOr(
            StreamKey key, String group, Supplier<Plan> plan, BiConsumer<GroupAnswer.NoGroup, ReplyWriter> ifMissing) {
        try {
            return plan.get();
        } catch (RedisException wrong) {
            return wrong(List.of(key), group, wrong, ifMissing);
        }
    }

    /** The same for the groups of several streams. */
    static Plan wrong(
            List<StreamKey> keys,
            String group,
            RedisException wrong,
            BiConsumer<GroupAnswer.NoGroup, ReplyWriter> ifMissing) {
        List<StreamCommand> looks = new ArrayList<>();
        keys.forEach(key -> looks.add(new GroupCommand.SumPending(key, group)));
        return new Plan.Change(looks, (answers, out) -> {
            for (StreamAnswer answer : answers) {
                if (answer instanceof GroupAnswer.NoGroup missing) {
                    ifMissing.accept(missing, out);
                    return;
                }
                if (answer instanceof StreamAnswer.Refused refused) {
                    out.error(Errors.text(refused.fault(), "xgroup"));
                    return;
                }
            }
            out.error(wrong.reply());
        });
    }
}
