package io.sluice.it.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.sluice.server.node.BrokerNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** Jedis, Lettuce and Redisson at a broker that the tests of a class share; clients end with the test that made them. */
final class JavaRedisClients implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final Supplier<Path> folder;
    private final List<Runnable> ends = new ArrayList<>();
    private BrokerNode node;

    JavaRedisClients(Supplier<Path> folder) {
        this.folder = folder;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        node = RedisNode.start(folder.get());
    }

    private HostAndPort address() {
        return HostAndPort.from(node.redisAddress().orElseThrow());
    }

    Jedis jedis(int database) {
        Jedis jedis = new Jedis(
                address(),
                DefaultJedisClientConfig.builder()
                        .clientName("it")
                        .database(database)
                        .blockingSocketTimeoutMillis(60_000)
                        .build());
        ends.add(jedis::close);
        return jedis;
    }

    StatefulRedisConnection<String, String> lettuce(int database) {
        RedisClient client = RedisClient.create(
                RedisURI.Builder.redis(address().getHost(), address().getPort())
                        .withDatabase(database)
                        .build());
        ends.add(client::shutdown);
        return client.connect();
    }

    RedissonClient redisson(int database) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress("redis://" + address())
                .setDatabase(database)
                .setConnectionPoolSize(4)
                .setConnectionMinimumIdleSize(1);
        RedissonClient client = Redisson.create(config);
        ends.add(client::shutdown);
        return client;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ends.forEach(Runnable::run);
        ends.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        node.close();
    }
}
