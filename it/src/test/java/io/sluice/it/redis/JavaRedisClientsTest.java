package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.StreamReadOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadArgs;
import org.redisson.client.codec.StringCodec;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.StreamInfo;

/** Jedis, Lettuce and Redisson, unmodified. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class JavaRedisClientsTest {
    private static final RedisCodec<String, String> UTF8 = io.lettuce.core.codec.StringCodec.UTF8;

    @TempDir
    static Path folder = Path.of("");

    @RegisterExtension
    static final JavaRedisClients CLIENTS = new JavaRedisClients(() -> folder);

    @Test
    void jedisLivesWithIt() throws Exception {
        Jedis redis = CLIENTS.jedis(6);
        Jedis reader = CLIENTS.jedis(6);
        assertThat(redis.xadd("jedis:s", XAddParams.xAddParams().id(1, 1), Map.of("a", "é")))
                .isEqualTo(new StreamEntryID(1, 1));
        StreamEntryID last =
                redis.xadd("jedis:s", XAddParams.xAddParams().maxLen(1_000).approximateTrimming(), Map.of("a", "2"));
        assertThat(redis.xlen("jedis:s")).isEqualTo(2);
        assertThat(redis.xrange("jedis:s", "-", "+", 1).getFirst().getFields()).isEqualTo(Map.of("a", "é"));
        StreamInfo info = redis.xinfoStream("jedis:s");
        assertThat(info.getLastGeneratedId()).isEqualTo(last);
        assertThatThrownBy(() -> redis.xadd("jedis:s", new StreamEntryID(1, 1), Map.of("a", "old")))
                .isInstanceOf(JedisDataException.class)
                .hasMessageContaining("equal or smaller");

        Future<?> waiting = CompletableFuture.supplyAsync(() ->
                reader.xread(XReadParams.xReadParams().block(0), Map.of("jedis:late", StreamEntryID.XREAD_NEW_ENTRY)));
        awaitBlocked(redis);
        redis.xadd("jedis:late", new StreamEntryID(7, 7), Map.of("a", "1"));
        assertThat(waiting.get()).asString().contains("7-7");

        Pipeline pipeline = redis.pipelined();
        List<Response<StreamEntryID>> ids = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            ids.add(pipeline.xadd("jedis:p", XAddParams.xAddParams(), Map.of("i", Integer.toString(i))));
        }
        pipeline.sync();
        assertThat(ids.stream().map(Response::get).distinct()).hasSize(500);

        Transaction transaction = redis.multi();
        transaction.xadd("jedis:p", XAddParams.xAddParams(), Map.of("i", "more"));
        transaction.xlen("jedis:p");
        assertThat(transaction.exec().get(1)).isEqualTo(501L);
        assertThat(redis.scan("0", new ScanParams().match("jedis:*").count(100), "stream")
                        .getResult())
                .containsExactlyInAnyOrder("jedis:s", "jedis:late", "jedis:p");
        assertThat(redis.expire("jedis:p", 100)).isEqualTo(1);
        assertThat(redis.ttl("jedis:p")).isBetween(90L, 100L);
        assertThat(redis.xdel("jedis:s", last)).isEqualTo(1);
        assertThat(redis.del("jedis:s", "jedis:p", "jedis:late")).isEqualTo(3);
    }

    private static void awaitBlocked(Jedis redis) {
        while (!redis.info("clients").contains("blocked_clients:1")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void lettuceLivesWithIt() throws Exception {
        RedisCommands<String, String> redis = CLIENTS.lettuce(7).sync();
        RedisAsyncCommands<String, String> other = CLIENTS.lettuce(7).async();
        assertThat(redis.xadd("lettuce:s", new XAddArgs().id("1-1"), Map.of("a", "é")))
                .isEqualTo("1-1");
        assertThat(redis.xadd("lettuce:s", Map.of("a", "2"))).contains("-");
        StreamMessage<String, String> first =
                redis.xrange("lettuce:s", Range.unbounded(), Limit.from(1)).getFirst();
        assertThat(first.getBody()).isEqualTo(Map.of("a", "é"));
        assertThat(redis.dispatch(CommandType.XREAD, entries(), from("lettuce:s", "0")))
                .hasSize(2);

        var waiting = other.dispatch(CommandType.XREAD, entries(), from("lettuce:late", "$"));
        while (!redis.info("clients").contains("blocked_clients:1")) {
            Thread.onSpinWait();
        }
        redis.xadd("lettuce:late", new XAddArgs().id("7-7"), Map.of("a", "1"));
        assertThat(waiting.get().getFirst().getId()).isEqualTo("7-7");

        redis.multi();
        redis.xadd("lettuce:s", Map.of("a", "3"));
        redis.xlen("lettuce:s");
        assertThat(redis.exec().<Long>get(1)).isEqualTo(3L);
        assertThat(redis.xinfoStream("lettuce:s")).contains("length", 3L);
        assertThat(redis.xdel("lettuce:s", "1-1")).isEqualTo(1);
        assertThat(redis.del("lettuce:s", "lettuce:late")).isEqualTo(2);
    }

    private static StreamReadOutput<String, String> entries() {
        return new StreamReadOutput<>(UTF8);
    }

    /** Lettuce's own method for it takes a generic array, which Java makes with a warning only. */
    private static CommandArgs<String, String> from(String key, String id) {
        return new CommandArgs<>(UTF8)
                .add("BLOCK")
                .add(0)
                .add("STREAMS")
                .addKey(key)
                .add(id);
    }

    @Test
    void redissonStreamsLiveWithIt() {
        RedissonClient client = CLIENTS.redisson(8);
        RStream<String, String> stream = client.getStream("redisson:s", StringCodec.INSTANCE);
        stream.add(new StreamMessageId(1, 1), StreamAddArgs.entry("a", "é"));
        StreamMessageId last = stream.add(StreamAddArgs.entries("a", "2", "b", "3"));
        assertThat(stream.size()).isEqualTo(2);
        assertThat(stream.read(StreamReadArgs.greaterThan(new StreamMessageId(0))))
                .containsEntry(new StreamMessageId(1, 1), Map.of("a", "é"))
                .containsEntry(last, Map.of("a", "2", "b", "3"));
        assertThat(stream.getInfo().getLength()).isEqualTo(2);
        assertThat(stream.remove(last)).isEqualTo(1);
        assertThat(client.getKeys().getKeysStream()).containsExactly("redisson:s");
        assertThat(stream.delete()).isTrue();
    }
}
