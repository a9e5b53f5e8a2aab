package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.server.node.BrokerNode;
import io.sluice.testkit.RespConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients and tools ask of the server itself. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisServerCommandsTest {
    @TempDir
    Path folder = Path.of("");

    private static RespConnection connect(BrokerNode node) {
        return RespConnection.open(node.redisAddress().orElseThrow());
    }

    @Test
    void configurationsAreToldAsTheyAreAndRefusedWhereTheyCannotChange() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node)) {
            assertThat(redis.call("CONFIG", "GET", "appendfsync")).isEqualTo(List.of("appendfsync", "always"));
            assertThat((List<?>) redis.call("CONFIG", "GET", "*")).hasSizeGreaterThan(40);
            assertThat(redis.call("CONFIG", "SET", "appendfsync", "always")).isEqualTo("+OK");
            assertThat(redis.call("CONFIG", "SET", "appendfsync", "no"))
                    .asString()
                    .startsWith("-ERR CONFIG SET failed (possibly related to argument 'appendfsync')");
            assertThat(redis.call("CONFIG", "SET", "nonsense", "1"))
                    .asString()
                    .startsWith("-ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'");
            assertThat(redis.call("CONFIG", "SET", "stream-node-max-entries", "0"))
                    .asString()
                    .startsWith("-ERR CONFIG SET failed");
            assertThat(redis.call("CONFIG", "SET", "requirepass", "x"))
                    .asString()
                    .contains("redis.login=true");
        }
    }

    @Test
    void savingIsACheckpointAndWaitingTellsTheTruth() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node)) {
            redis.call("XADD", "s", "1-1", "a", "1");
            assertThat(redis.call("SAVE")).isEqualTo("+OK");
            assertThat(redis.call("BGSAVE")).isEqualTo("+Background saving started");
            assertThat(redis.call("BGREWRITEAOF")).isEqualTo("+Background append only file rewriting started");
            assertThat(redis.call("LASTSAVE")).asString().matches(":[0-9]{10}");
            assertThat(redis.call("WAIT", "0", "0")).isEqualTo(":0");
            assertThat(redis.call("WAITAOF", "1", "0", "0")).isEqualTo(List.of(":1", ":0"));
            assertThat(redis.call("DEBUG", "SLEEP", "0")).asString().startsWith("-ERR DEBUG command not allowed");
        }
    }

    @Test
    void withoutSyncingNobodyIsToldThatItWasSynced() {
        try (BrokerNode node = RedisNode.start(folder, "redis.durability=os", "redis.debug=true");
                RespConnection redis = connect(node)) {
            assertThat(redis.call("CONFIG", "GET", "appendfsync")).isEqualTo(List.of("appendfsync", "no"));
            assertThat(redis.call("WAITAOF", "0", "0", "0")).isEqualTo(List.of(":0", ":0"));
            assertThat(redis.call("WAITAOF", "1", "0", "0")).asString().startsWith("-ERR WAITAOF cannot be used");
            assertThat(redis.call("DEBUG", "SLEEP", "0.01")).isEqualTo("+OK");
        }
    }

    @Test
    void whatIsMadeAnewFromACheckpointIsWhatThereWas() throws Exception {
        try (BrokerNode node = RedisNode.start(folder, "redis.debug=true");
                RespConnection redis = connect(node);
                RespConnection blocked = connect(node)) {
            redis.call("XGROUP", "CREATE", "s", "g", "0", "MKSTREAM");
            for (int i = 1; i <= 20; i++) {
                redis.call("XADD", "s", i + "-1", "n", Integer.toString(i));
            }
            redis.call("XDEL", "s", "7-1");
            redis.call("XREADGROUP", "GROUP", "g", "me", "COUNT", "5", "STREAMS", "s", ">");
            redis.call("XACK", "s", "g", "2-1");
            redis.call("SELECT", "3");
            redis.call("XADD", "other", "IDMP", "producer", "1", "*", "a", "b");
            redis.call("EXPIRE", "other", "1000");
            redis.call("SELECT", "0");
            redis.call("XGROUP", "CREATE", "empty", "g", "$", "MKSTREAM");
            blocked.send("XREADGROUP", "GROUP", "g", "me", "BLOCK", "0", "STREAMS", "empty", ">");
            blocked.flush();
            SharedBroker.awaitBlocked(redis, 1);
            String before = told(redis);

            for (String[] words :
                    List.of(new String[] {"DEBUG", "RELOAD"}, new String[] {"DEBUG", "RELOAD", "NOSAVE"}, new String[] {
                        "DEBUG", "LOADAOF"
                    })) {
                assertThat(redis.call(words)).isEqualTo("+OK");
                assertThat(told(redis)).isEqualTo(before);
            }
            assertThat(redis.call("DEBUG", "RELOAD", "MERGE")).asString().startsWith("-ERR DEBUG RELOAD only");

            assertThat(redis.call("XADD", "empty", "9-9", "a", "b")).isEqualTo("9-9");
            assertThat(blocked.reply()).asString().contains("9-9");
            assertThat(redis.call("XACK", "s", "g", "1-1", "2-1")).isEqualTo(":1");
            redis.call("SELECT", "3");
            redis.call("XADD", "other", "IDMP", "producer", "1", "*", "a", "b");
            assertThat(redis.call("XLEN", "other")).isEqualTo(":1");
        }
    }

    /** Everything about the streams but how long ago something was. */
    private static String told(RespConnection redis) {
        String told = redis.call("XRANGE", "s", "-", "+").toString()
                + redis.call("XINFO", "STREAM", "s")
                + redis.call("XINFO", "GROUPS", "s")
                + redis.call("XPENDING", "s", "g")
                + redis.call("XLEN", "empty");
        redis.call("SELECT", "3");
        told += redis.call("XRANGE", "other", "-", "+").toString() + redis.call("EXPIRETIME", "other");
        redis.call("SELECT", "0");
        return told;
    }

    @Test
    void whatMonitorsAskIsAnswered() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node)) {
            redis.call("XADD", "s", "1-1", "a", "1");
            assertThat(redis.call("MEMORY", "USAGE", "s")).asString().matches(":[1-9][0-9]*");
            assertThat(redis.call("MEMORY", "USAGE", "none")).isEqualTo("nil");
            assertThat(redis.call("CONFIG", "SET", "slowlog-log-slower-than", "0"))
                    .isEqualTo("+OK");
            redis.call("XADD", "s", "2-2", "a", "x".repeat(130));
            assertThat(redis.call("SLOWLOG", "GET", "1"))
                    .asString()
                    .contains("XADD, s, 2-2, a, " + "x".repeat(128) + "... (2 more bytes)");
            assertThat(redis.call("CONFIG", "SET", "slowlog-max-len", "0")).isEqualTo("+OK");
            assertThat(redis.call("SLOWLOG", "LEN")).isEqualTo(":0");
            assertThat(redis.call("CONFIG", "SET", "slowlog-max-len", "-1"))
                    .asString()
                    .contains("argument must be between 0 and");
            assertThat(redis.call("LATENCY", "LATEST")).isEqualTo(List.of());
            assertThat(redis.call("ROLE")).isEqualTo(List.of("master", ":0", List.of()));
            assertThat(redis.call("SUBSCRIBE", "c")).asString().startsWith("-ERR this server has no channels");
            assertThat(redis.call("CONFIG", "SET", "requirepass", "")).isEqualTo("+OK");
            assertThat(redis.call("RANDOMKEY")).isEqualTo("s");
            assertThat(redis.call("OBJECT", "ENCODING", "s")).isEqualTo("stream");
            assertThat(redis.call("MOVE", "s", "3")).isEqualTo(":1");
            assertThat(redis.call("EXISTS", "s")).isEqualTo(":0");
            assertThat(redis.call("COMMAND", "GETKEYS", "XREAD", "STREAMS", "a", "b", "0", "0"))
                    .isEqualTo(List.of("a", "b"));
            assertThat(redis.call("INFO").toString()).contains("# Keyspace", "db3:keys=1", "redis_version:");
        }
    }

    @Test
    void commandsAreToldWithTheirSubcommandsWithinThem() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node)) {
            List<List<?>> all = lists(redis.call("COMMAND"));
            assertThat(all)
                    .extracting(each -> each.getFirst().toString())
                    .contains("xadd", "xgroup", "command")
                    .noneMatch(name -> name.contains("|"))
                    .doesNotHaveDuplicates();
            assertThat(redis.call("COMMAND", "COUNT")).isEqualTo(":" + all.size());

            List<List<?>> told = lists(redis.call("COMMAND", "INFO", "xgroup", "XGROUP|CREATE", "xadd", "nothing"));
            assertThat(told).hasSize(4);
            List<?> group = told.getFirst();
            assertThat(group).hasSize(10);
            assertThat(group.get(1)).isEqualTo(":-2");
            assertThat(lists(group.get(9)))
                    .contains(told.get(1))
                    .extracting(each -> each.getFirst().toString())
                    .contains("xgroup|create", "xgroup|destroy");
            assertThat(told.get(1).subList(3, 6)).asString().isEqualTo("[:2, :2, :1]");
            assertThat(lists(told.get(2).get(9))).isEmpty();
            assertThat(redis.call("COMMAND", "LIST", "FILTERBY", "PATTERN", "xgroup*c[or]*"))
                    .isEqualTo(List.of("xgroup|create", "xgroup|createconsumer", "xgroup|delconsumer"));
        }
    }

    private static List<List<?>> lists(Object reply) {
        List<List<?>> all = new ArrayList<>();
        ((List<?>) reply).forEach(each -> all.add(each instanceof List<?> list ? list : List.of()));
        return all;
    }

    @Test
    void aClientThatSaysNothingForLongIsCutOffUnlessItWaits() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node);
                RespConnection idle = connect(node);
                RespConnection waiting = connect(node)) {
            redis.call("XADD", "s", "1-1", "a", "1");
            waiting.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
            waiting.flush();
            assertThat(idle.call("PING")).isEqualTo("+PONG");
            assertThat(redis.call("CONFIG", "SET", "timeout", "1")).isEqualTo("+OK");

            assertThatThrownBy(idle::reply).isInstanceOf(UncheckedIOException.class);
            try (RespConnection other = connect(node)) {
                other.call("XADD", "s", "2-2", "a", "1");
            }
            assertThat(waiting.reply()).asString().contains("2-2");
        }
    }

    @Test
    void usersOfTheBrokerAreMadeAndRemovedByRedisCommands() throws IOException {
        Path users = Files.writeString(folder.resolve("users"), "default:first-secret\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        try (BrokerNode node = RedisNode.start(folder, "redis.login=true", "security.users.file=" + users);
                RespConnection redis = connect(node);
                RespConnection other = connect(node)) {
            assertThat(redis.call("PING")).asString().startsWith("-NOAUTH");
            assertThat(redis.call("AUTH", "first-secret")).isEqualTo("+OK");
            assertThat(redis.call("ACL", "WHOAMI")).isEqualTo("default");
            assertThat(redis.call("ACL", "SETUSER", "alice", "on", ">alice-secret", "~*", "+@all"))
                    .isEqualTo("+OK");
            assertThat(redis.call("ACL", "USERS")).isEqualTo(List.of("alice", "default"));
            assertThat(other.call("HELLO", "3", "AUTH", "alice", "alice-secret"))
                    .asString()
                    .contains("proto");
            assertThat(redis.call("ACL", "SETUSER", "alice", "-@all"))
                    .asString()
                    .startsWith("-ERR Error in ACL SETUSER modifier '-@all'");
            assertThat(redis.call("ACL", "DELUSER", "alice", "nobody")).isEqualTo(":1");
            assertThat(redis.call("ACL", "DELUSER", "default")).asString().startsWith("-ERR The 'default' user");
            assertThat(redis.call("CONFIG", "SET", "requirepass", "second-secret"))
                    .isEqualTo("+OK");
            assertThat(redis.call("CONFIG", "SET", "requirepass", ""))
                    .asString()
                    .contains("clients must log in here");
            assertThat(other.call("AUTH", "default", "first-secret")).asString().startsWith("-WRONGPASS");
            assertThat(other.call("AUTH", "second-secret")).isEqualTo("+OK");
            assertThat(redis.call("CLIENT", "KILL", "USER", "default", "SKIPME", "yes"))
                    .isEqualTo(":1");
            assertThat(other.isClosedByServer()).isTrue();
        }
    }

    @Test
    void otherClientsAndTheBrokerItselfConcernThoseWithRightsOnTheCluster() throws IOException {
        Path users = Files.writeString(folder.resolve("users"), "default:first-secret\nalice:alice-secret\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        String[] settings = {
            "redis.login=true", "security.users.file=" + users, "sluice.authorizer=on", "super.users=User:default"
        };
        try (BrokerNode node = RedisNode.start(folder, settings);
                RespConnection admin = connect(node);
                RespConnection alice = connect(node)) {
            assertThat(admin.call("AUTH", "first-secret")).isEqualTo("+OK");
            assertThat(alice.call("AUTH", "alice", "alice-secret")).isEqualTo("+OK");

            admin.call("XADD", "kept", "*", "a", "1");
            assertThat(alice.call("FLUSHALL")).asString().startsWith("-NOPERM");
            assertThat(admin.call("DBSIZE")).isEqualTo(":1");
            assertThat(admin.call("FLUSHALL")).isEqualTo("+OK");
            assertThat(admin.call("DBSIZE")).isEqualTo(":0");

            String adminId = admin.call("CLIENT", "ID").toString().substring(1);
            assertThat(List.of(
                            alice.call("CLIENT", "KILL", "ID", adminId),
                            alice.call("CLIENT", "UNBLOCK", adminId),
                            alice.call("CLIENT", "LIST"),
                            alice.call("BGSAVE"),
                            alice.call("CONFIG", "SET", "stream-node-max-entries", "50")))
                    .allSatisfy(reply -> assertThat(reply).asString().startsWith("-NOPERM"));
            assertThat(admin.call("CLIENT", "LIST")).asString().contains("user=alice");
            assertThat(admin.call("CLIENT", "KILL", "USER", "alice")).isEqualTo(":1");
        }
    }

    @Test
    void clientsAreChosenByAnyNumberOfFilters() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection redis = connect(node)) {
            List<String> words = new ArrayList<>(List.of("CLIENT", "KILL"));
            for (int i = 0; i < 50_000; i++) {
                words.addAll(List.of("SKIPME", "yes", "TYPE", "normal"));
            }
            assertThat(redis.call(words.toArray(String[]::new))).isEqualTo(":0");
        }
    }

    @Test
    void whatTransactionsOfAllClientsHoldIsBounded() {
        String large = "x".repeat(1 << 20);
        try (BrokerNode node = RedisNode.start(folder, "redis.durability=os");
                RespConnection redis = connect(node)) {
            List<RespConnection> hoarders = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                RespConnection hoarder = connect(node);
                hoarders.add(hoarder);
                hoarder.call("MULTI");
                for (int j = 0; j < 14; j++) {
                    hoarder.send("XADD", "s", "*", "f", large);
                }
            }
            List<Object> replies = new ArrayList<>();
            for (RespConnection hoarder : hoarders) {
                for (int j = 0; j < 14; j++) {
                    replies.add(hoarder.reply());
                }
            }
            assertThat(replies)
                    .contains("+QUEUED")
                    .anySatisfy(reply -> assertThat(reply).asString().startsWith("-OOM"));
            assertThat(redis.call("XADD", "other", "1-1", "f", large)).isEqualTo("1-1");
            hoarders.forEach(RespConnection::close);
            do {
                redis.call("DISCARD");
                redis.call("MULTI");
            } while (!redis.call("XADD", "s", "2-1", "f", large).equals("+QUEUED"));
            assertThat(redis.call("EXEC")).isEqualTo(List.of("2-1"));
        }
    }

    @Test
    void aClientThatSendsAndNeverReadsCostsNoMoreThanItsBuffers() {
        try (BrokerNode node = RedisNode.start(folder);
                RespConnection greedy = connect(node);
                RespConnection redis = connect(node)) {
            redis.call("XADD", "s", "1-1", "f", "x".repeat(1 << 20));
            int sent = 50;
            for (int i = 0; i < sent; i++) {
                greedy.send("XRANGE", "s", "-", "+");
            }
            greedy.flush();
            for (int i = 0; i < 10; i++) {
                assertThat(redis.call("PING")).isEqualTo("+PONG");
            }
            for (int i = 0; i < sent; i++) {
                assertThat((List<?>) greedy.reply()).hasSize(1);
            }
        }
    }
}
