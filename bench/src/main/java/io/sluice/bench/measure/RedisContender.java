package io.sluice.bench.measure;

import io.sluice.bench.peer.Contender;
import io.sluice.testkit.BrokerCommand;
import io.sluice.testkit.BrokerProcess;
import io.sluice.testkit.BrokerUnderTest;
import io.sluice.testkit.OsProcess;
import io.sluice.testkit.ProcessFigures;
import io.sluice.testkit.redis.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Contenders with a door for Redis clients, each in a session of its own, as a service is. */
final class RedisContender {
    private static final Duration ADDING_LIMIT = Duration.ofMinutes(10);
    private static final String VALUE = "x".repeat(100);

    private RedisContender() {}

    static BrokerUnderTest start(Contender contender, Path data, Map<String, String> settings) {
        if (contender.isRedis()) {
            return contender.start(data);
        }
        Map<String, String> all = new HashMap<>(settings);
        all.put("redis.listen", "127.0.0.1:0");
        all.put("redis.durability", contender == Contender.SLUICE_OS ? "os" : "fsync");
        return BrokerProcess.start(BrokerCommand.ofLauncher().inOwnSession(), data, all);
    }

    /** HOST:PORT. */
    static String address(BrokerUnderTest broker) {
        return broker instanceof RedisServer redis ? redis.address() : ((BrokerProcess) broker).address("redis");
    }

    static String port(BrokerUnderTest broker) {
        String address = address(broker);
        return address.substring(address.lastIndexOf(':') + 1);
    }

    /**
     * redis-benchmark adds entries of 100 bytes to one stream on 50 connections; answers what it prints.
     *
     * @param pipelined requests on their way on each connection
     */
    static String add(String port, int pipelined, int count) {
        List<String> words = new ArrayList<>(List.of("redis-benchmark", "-p", port, "--csv", "-c", "50"));
        words.addAll(List.of("-n", Integer.toString(count), "-P", Integer.toString(pipelined)));
        words.addAll(List.of("XADD", "bench:s", "*", "v", VALUE));
        return OsProcess.run(ADDING_LIMIT, words.toArray(String[]::new));
    }

    /** Memory of the server that no file stands behind; of ours, after a collection. */
    static double anonymousMib(Contender contender, BrokerUnderTest broker) {
        if (contender.isSluice()) {
            ProcessFigures.rssMibAfterCollection(broker.pid());
        }
        return ProcessFigures.anonymousMib(broker.pid());
    }
}
