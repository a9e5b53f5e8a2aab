package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAutoClaimArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.models.stream.ClaimedMessages;
import io.lettuce.core.models.stream.PendingMessage;
import io.lettuce.core.models.stream.PendingMessages;
import io.lettuce.core.output.StreamReadOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.RStream;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamCreateGroupArgs;
import org.redisson.api.stream.StreamGroup;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.codec.StringCodec;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XAutoClaimParams;
import redis.clients.jedis.params.XClaimParams;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.StreamGroupInfo;
import redis.clients.jedis.resps.StreamPendingEntry;

/**
 * The life of a consumer group with Jedis, Lettuce and Redisson, unmodified: made with its stream, read by one consumer,
 * acknowledged, taken over by another, set back, and gone.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class JavaRedisGroupsTest {
    private static final RedisCodec<String, String> UTF8 = io.lettuce.core.codec.StringCodec.UTF8;

    @TempDir
    static Path folder = Path.of("");

    @RegisterExtension
    static final JavaRedisClients CLIENTS = new JavaRedisClients(() -> folder);

    @Test
    void aGroupLivesWithJedis() {
        Jedis redis = CLIENTS.jedis(0);
        assertThat(redis.xgroupCreate("jedis:g", "g", new StreamEntryID(0, 0), true))
                .isEqualTo("OK");
        List<StreamEntryID> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(redis.xadd("jedis:g", XAddParams.xAddParams(), Map.of("i", Integer.toString(i))));
        }
        assertThat(jedisReads(redis, "a", 3)).isEqualTo(ids.subList(0, 3));
        assertThat(redis.xack("jedis:g", "g", ids.getFirst())).isEqualTo(1);
        assertThat(redis.xpending("jedis:g", "g").getTotal()).isEqualTo(2);
        assertThat(redis.xpending("jedis:g", "g", XPendingParams.xPendingParams("-", "+", 10)))
                .extracting(StreamPendingEntry::getConsumerName)
                .containsExactly("a", "a");

        assertThat(redis.xclaim("jedis:g", "g", "b", 0, XClaimParams.xClaimParams(), ids.get(1)))
                .extracting(StreamEntry::getID)
                .containsExactly(ids.get(1));
        var claimed =
                redis.xautoclaim("jedis:g", "g", "b", 0, new StreamEntryID(0, 0), XAutoClaimParams.xAutoClaimParams());
        assertThat(claimed.getValue()).extracting(StreamEntry::getID).isEqualTo(ids.subList(1, 3));
        StreamGroupInfo info = redis.xinfoGroups("jedis:g").getFirst();
        assertThat(info.getConsumers()).isEqualTo(2);
        assertThat(info.getLastDeliveredId()).isEqualTo(ids.get(2));
        assertThat(redis.xgroupDelConsumer("jedis:g", "g", "b")).isEqualTo(2);

        assertThat(redis.xgroupSetID("jedis:g", "g", ids.get(1))).isEqualTo("OK");
        assertThat(jedisReads(redis, "a", 10)).isEqualTo(ids.subList(2, 4));
        assertThat(redis.xgroupDestroy("jedis:g", "g")).isEqualTo(1);
        assertThat(redis.xinfoGroups("jedis:g")).isEmpty();
    }

    private static List<StreamEntryID> jedisReads(Jedis redis, String consumer, int count) {
        return redis
                .xreadGroup(
                        "g",
                        consumer,
                        XReadGroupParams.xReadGroupParams().count(count),
                        Map.of("jedis:g", StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY))
                .getFirst()
                .getValue()
                .stream()
                .map(StreamEntry::getID)
                .toList();
    }

    @Test
    void aGroupLivesWithLettuce() {
        RedisCommands<String, String> redis = CLIENTS.lettuce(0).sync();
        String key = "lettuce:g";
        assertThat(redis.xgroupCreate(StreamOffset.from(key, "0"), "g", XGroupCreateArgs.Builder.mkstream()))
                .isEqualTo("OK");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(redis.xadd(key, Map.of("i", Integer.toString(i))));
        }
        assertThat(lettuceReads(redis, key, "a", 3)).isEqualTo(ids.subList(0, 3));
        assertThat(redis.xack(key, "g", ids.getFirst())).isEqualTo(1);
        PendingMessages pending = redis.xpending(key, "g");
        assertThat(pending.getCount()).isEqualTo(2);
        assertThat(pending.getConsumerMessageCount()).isEqualTo(Map.of("a", 2L));
        assertThat(redis.xpending(key, "g", Range.unbounded(), Limit.from(10)))
                .extracting(PendingMessage::getId)
                .isEqualTo(ids.subList(1, 3));

        assertThat(redis.xclaim(key, Consumer.from("g", "b"), 0, ids.get(1)))
                .extracting(StreamMessage::getId)
                .containsExactly(ids.get(1));
        ClaimedMessages<String, String> claimed = redis.xautoclaim(
                key,
                new XAutoClaimArgs<String>()
                        .consumer(Consumer.from("g", "b"))
                        .minIdleTime(0)
                        .startId("0"));
        assertThat(claimed.getMessages()).extracting(StreamMessage::getId).isEqualTo(ids.subList(1, 3));
        assertThat(redis.xinfoGroups(key)).hasSize(1);
        assertThat(redis.xinfoConsumers(key, "g")).hasSize(2);
        assertThat(redis.xgroupDelconsumer(key, Consumer.from("g", "b"))).isEqualTo(2);

        assertThat(redis.xgroupSetid(StreamOffset.from(key, ids.get(1)), "g")).isEqualTo("OK");
        assertThat(lettuceReads(redis, key, "a", 10)).isEqualTo(ids.subList(2, 4));
        assertThat(redis.xgroupDestroy(key, "g")).isTrue();
        assertThat(redis.xinfoGroups(key)).isEmpty();
    }

    /** Lettuce's own method for it takes a generic array, which Java makes with a warning only. */
    private static List<String> lettuceReads(
            RedisCommands<String, String> redis, String key, String consumer, int count) {
        CommandArgs<String, String> words = new CommandArgs<>(UTF8)
                .add("GROUP")
                .add("g")
                .add(consumer)
                .add("COUNT")
                .add(count)
                .add("STREAMS")
                .addKey(key)
                .add(">");
        return redis.dispatch(CommandType.XREADGROUP, new StreamReadOutput<>(UTF8), words).stream()
                .map(StreamMessage::getId)
                .toList();
    }

    @Test
    void aGroupLivesWithRedisson() {
        RStream<String, String> stream = CLIENTS.redisson(0).getStream("redisson:g", StringCodec.INSTANCE);
        stream.createGroup(
                StreamCreateGroupArgs.name("g").id(StreamMessageId.ALL).makeStream());
        List<StreamMessageId> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(stream.add(StreamAddArgs.entry("i", Integer.toString(i))));
        }
        assertThat(stream.readGroup(
                        "g", "a", StreamReadGroupArgs.neverDelivered().count(3)))
                .containsOnlyKeys(ids.subList(0, 3));
        assertThat(stream.ack("g", ids.getFirst())).isEqualTo(1);
        assertThat(stream.getPendingInfo("g").getTotal()).isEqualTo(2);

        assertThat(stream.claim("g", "b", 0, TimeUnit.MILLISECONDS, ids.get(1))).containsOnlyKeys(ids.get(1));
        assertThat(stream.autoClaim("g", "b", 0, TimeUnit.MILLISECONDS, StreamMessageId.ALL, 10)
                        .getMessages())
                .containsOnlyKeys(ids.subList(1, 3));
        assertThat(stream.listGroups()).extracting(StreamGroup::getName).containsExactly("g");
        assertThat(stream.listConsumers("g")).hasSize(2);
        assertThat(stream.removeConsumer("g", "b")).isEqualTo(2);

        stream.updateGroupMessageId("g", ids.get(1));
        assertThat(stream.readGroup("g", "a", StreamReadGroupArgs.neverDelivered()))
                .containsOnlyKeys(ids.subList(2, 4));
        stream.removeGroup("g");
        assertThat(stream.listGroups()).isEmpty();
    }
}
