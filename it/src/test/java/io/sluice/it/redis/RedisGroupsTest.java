package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.RespConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisGroupsTest {
    @TempDir
    static Path folder = Path.of("");

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker(() -> folder, "redis.durability=os");

    private RespConnection redis = BROKER.emptied();

    private static List<Object> entry(String id, Object... fields) {
        return List.of(id, List.of(fields));
    }

    private static Object ofStream(Object... entries) {
        return List.of(List.of("s", List.of(entries)));
    }

    /** Entries 1-0 to n-0 and a group before them. */
    private void given(int count) {
        for (int i = 1; i <= count; i++) {
            redis.call("XADD", "s", i + "-0", "f", "" + i);
        }
        redis.call("XGROUP", "CREATE", "s", "g", "0", "MKSTREAM");
    }

    private Object read(RespConnection as, String consumer, String... more) {
        List<String> words = new ArrayList<>(List.of("XREADGROUP", "GROUP", "g", consumer));
        words.addAll(List.of(more));
        words.addAll(List.of("STREAMS", "s", ">"));
        return as.call(words.toArray(String[]::new));
    }

    @Test
    void eachEntryGoesToOneConsumerUntilItIsAcknowledged() {
        given(3);

        assertThat(read(redis, "a", "COUNT", "2")).isEqualTo(ofStream(entry("1-0", "f", "1"), entry("2-0", "f", "2")));
        assertThat(read(redis, "b")).isEqualTo(ofStream(entry("3-0", "f", "3")));
        assertThat(read(redis, "b")).isEqualTo("nil-array");
        assertThat(redis.call("XACK", "s", "g", "1-0", "3-0", "9-9", "1-0")).isEqualTo(":2");
        assertThat(redis.call("XPENDING", "s", "g")).isEqualTo(List.of(":1", "2-0", "2-0", List.of(List.of("a", "1"))));
        assertThat(redis.call("XREADGROUP", "GROUP", "g", "a", "STREAMS", "s", "0"))
                .isEqualTo(ofStream(entry("2-0", "f", "2")));
        assertThat(redis.call("XREADGROUP", "GROUP", "g", "b", "STREAMS", "s", "0"))
                .isEqualTo(ofStream());
    }

    @Test
    void everythingThatWasAcknowledgedOrIsPendingIsThereAfterARestart() {
        given(4);
        read(redis, "a", "COUNT", "3");
        redis.call("XACK", "s", "g", "2-0");
        redis.call("XGROUP", "CREATE", "s", "other", "$");
        redis.call("XGROUP", "CREATECONSUMER", "s", "other", "z");
        redis = BROKER.restart();

        assertThat(redis.call("XPENDING", "s", "g")).isEqualTo(List.of(":2", "1-0", "3-0", List.of(List.of("a", "2"))));
        assertThat(read(redis, "b")).isEqualTo(ofStream(entry("4-0", "f", "4")));
        assertThat(redis.call("XINFO", "GROUPS", "s"))
                .isEqualTo(List.of(group("g", 2, 3, "4-0", ":4", ":0"), group("other", 1, 0, "4-0", "nil", ":0")));
    }

    private static List<Object> group(String name, int consumers, int pending, String lastId, String read, String lag) {
        return List.of(
                "name",
                name,
                "consumers",
                ":" + consumers,
                "pending",
                ":" + pending,
                "last-delivered-id",
                lastId,
                "entries-read",
                read,
                "lag",
                lag);
    }

    @Test
    void whatWasReadAndAcknowledgedInATransactionHappensAsAWhole() {
        redis.call("MULTI");
        redis.call("XADD", "s", "1-0", "f", "1");
        redis.call("XGROUP", "CREATE", "s", "g", "0");
        redis.call("XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">");
        redis.call("XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">");
        redis.call("XACK", "s", "g", "1-0");
        redis.call("XLEN", "s");

        assertThat(redis.call("EXEC"))
                .isEqualTo(List.of("1-0", "+OK", ofStream(entry("1-0", "f", "1")), "nil-array", ":1", ":1"));
    }

    @Test
    void repliesOfAPipelineComeInTheirOrder() {
        given(2);
        redis.send("XREADGROUP", "GROUP", "g", "a", "COUNT", "1", "STREAMS", "s", ">");
        redis.send("XACK", "s", "g", "1-0");
        redis.send("PING");
        redis.send("XREADGROUP", "GROUP", "g", "a", "COUNT", "1", "STREAMS", "s", ">");
        redis.send("XADD", "s", "3-0", "f", "3");
        redis.send("XPENDING", "s", "g");

        assertThat(redis.reply()).isEqualTo(ofStream(entry("1-0", "f", "1")));
        assertThat(redis.reply()).isEqualTo(":1");
        assertThat(redis.reply()).isEqualTo("+PONG");
        assertThat(redis.reply()).isEqualTo(ofStream(entry("2-0", "f", "2")));
        assertThat(redis.reply()).isEqualTo("3-0");
        assertThat(redis.reply()).isEqualTo(List.of(":1", "2-0", "2-0", List.of(List.of("a", "1"))));
    }

    @Test
    void whoBlockedFirstIsServedFirst() {
        given(0);
        try (RespConnection first = BROKER.connect();
                RespConnection second = BROKER.connect()) {
            first.send("XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">");
            first.flush();
            SharedBroker.awaitBlocked(redis, 1);
            second.send("XREADGROUP", "GROUP", "g", "b", "BLOCK", "0", "STREAMS", "s", ">");
            second.flush();
            SharedBroker.awaitBlocked(redis, 2);
            redis.call("XADD", "s", "1-0", "f", "1");
            assertThat(first.reply()).isEqualTo(ofStream(entry("1-0", "f", "1")));
            redis.call("MULTI");
            redis.call("XADD", "s", "2-0", "f", "2");
            redis.call("XADD", "s", "3-0", "f", "3");
            redis.call("EXEC");
            assertThat(second.reply()).isEqualTo(ofStream(entry("2-0", "f", "2"), entry("3-0", "f", "3")));
        }
    }

    @Test
    void aWaitEndsInTimeAndOneWhoLeftGetsNothing() {
        given(0);
        assertThat(read(redis, "a", "BLOCK", "5")).isEqualTo("nil-array");
        RespConnection leaver = BROKER.connect();
        leaver.send("XREADGROUP", "GROUP", "g", "b", "BLOCK", "0", "STREAMS", "s", ">");
        leaver.flush();
        SharedBroker.awaitBlocked(redis, 1);
        leaver.close();
        SharedBroker.awaitBlocked(redis, 0);
        redis.call("XADD", "s", "1-0", "f", "1");

        assertThat(redis.call("XPENDING", "s", "g")).isEqualTo(List.of(":0", "nil", "nil", "nil-array"));
    }

    @Test
    void theShortestWaitGetsWhatIsThere() {
        int count = 2_000;
        IntStream.rangeClosed(1, count).forEach(i -> redis.send("XADD", "s", i + "-0", "f", "1"));
        IntStream.range(0, count).forEach(i -> redis.reply());
        redis.call("XGROUP", "CREATE", "s", "g", "0");
        redis = BROKER.restart();

        for (int i = 1; i <= count; i += 2) {
            assertThat(read(redis, "a", "COUNT", "2", "BLOCK", "1"))
                    .isEqualTo(ofStream(entry(i + "-0", "f", "1"), entry(i + 1 + "-0", "f", "1")));
        }
        assertThat(read(redis, "a", "BLOCK", "1")).isEqualTo("nil-array");
    }

    @Test
    void oneWhoWaitsHearsThatTheGroupOrTheKeyIsGone() {
        given(0);
        try (RespConnection waiting = BROKER.connect()) {
            for (String[] end : List.of(
                    new String[] {"XGROUP", "DESTROY", "s", "g"},
                    new String[] {"DEL", "s"},
                    new String[] {"RENAME", "s", "t"},
                    new String[] {"FLUSHALL"})) {
                redis.call("XGROUP", "CREATE", "s", "g", "0", "MKSTREAM");
                waiting.send("XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">");
                waiting.flush();
                SharedBroker.awaitBlocked(redis, 1);
                redis.call(end);

                assertThat(waiting.reply())
                        .isEqualTo("-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option");
            }
        }
    }

    @Test
    void aRenamedStreamKeepsItsGroups() {
        given(1);
        read(redis, "a");
        redis.call("RENAME", "s", "t");

        assertThat(redis.call("XACK", "t", "g", "1-0")).isEqualTo(":1");
        assertThat(redis.call("XACK", "s", "g", "1-0")).isEqualTo(":0");
    }

    @Test
    void claimedEntriesChangeHandsAndDeletedOnesGo() {
        given(3);
        read(redis, "a");
        redis.call("XDEL", "s", "2-0");

        assertThat(redis.call("XREADGROUP", "GROUP", "g", "a", "STREAMS", "s", "0"))
                .isEqualTo(ofStream(entry("1-0", "f", "1"), List.of("2-0", "nil-array"), entry("3-0", "f", "3")));
        assertThat(redis.call("XCLAIM", "s", "g", "b", "0", "1-0", "2-0", "7-7"))
                .isEqualTo(List.of(entry("1-0", "f", "1")));
        assertThat(redis.call("XPENDING", "s", "g"))
                .isEqualTo(List.of(":2", "1-0", "3-0", List.of(List.of("a", "1"), List.of("b", "1"))));
        assertThat(redis.call("XAUTOCLAIM", "s", "g", "b", "0", "-", "COUNT", "1"))
                .isEqualTo(List.of("3-0", List.of(entry("1-0", "f", "1")), List.of()));
        redis.call("XDEL", "s", "3-0");
        assertThat(redis.call("XAUTOCLAIM", "s", "g", "b", "0", "2", "JUSTID"))
                .isEqualTo(List.of("0-0", List.of(), List.of("3-0")));
        assertThat(redis.call("XCLAIM", "s", "g", "b", "100000", "1-0")).isEqualTo(List.of());
        assertThat(redis.call("XCLAIM", "s", "g", "c", "0", "1-0", "IDLE", "60000", "RETRYCOUNT", "7", "JUSTID"))
                .isEqualTo(List.of("1-0"));
        assertThat(redis.call("XPENDING", "s", "g", "IDLE", "60000", "-", "+", "10"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .first()
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .startsWith("1-0", "c")
                .endsWith(":7");
        assertThat(redis.call("XGROUP", "DELCONSUMER", "s", "g", "c")).isEqualTo(":1");
        assertThat(redis.call("XCLAIM", "s", "g", "c", "0", "1-0", "FORCE", "JUSTID"))
                .isEqualTo(List.of("1-0"));
    }

    @Test
    void aReadWithClaimGivesIdleEntriesFirstAndWakesByTime() {
        given(2);
        read(redis, "a", "COUNT", "1");
        redis.call("XCLAIM", "s", "g", "a", "0", "1-0", "IDLE", "50000", "RETRYCOUNT", "3");

        assertThat(read(redis, "b", "CLAIM", "40000"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .first()
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .element(1)
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .satisfiesExactly(
                        claimed -> assertThat(claimed)
                                .asInstanceOf(InstanceOfAssertFactories.LIST)
                                .startsWith("1-0", List.of("f", "1"))
                                .endsWith(":3"),
                        fresh -> assertThat(fresh).isEqualTo(List.of("2-0", List.of("f", "2"), ":0", ":0")));
        assertThat(read(redis, "c", "CLAIM", "30", "COUNT", "2", "BLOCK", "20000"))
                .asString()
                .contains("1-0");
        assertThat(redis.call("XNACK", "s", "g", "FATAL", "IDS", "1", "1-0")).isEqualTo(":1");
        assertThat(redis.call("XPENDING", "s", "g", "-", "+", "1"))
                .isEqualTo(List.of(List.of("1-0", "", ":-1", ":9223372036854775807")));
        assertThat(read(redis, "d", "CLAIM", "1000000", "COUNT", "1"))
                .asString()
                .contains("1-0");
    }

    @Test
    void entriesAreDeletedTogetherWithTheirReferencesOrKeptForThem() {
        given(4);
        redis.call("XGROUP", "CREATE", "s", "h", "0");
        read(redis, "a", "COUNT", "3");
        redis.call("XREADGROUP", "GROUP", "h", "x", "COUNT", "2", "NOACK", "STREAMS", "s", ">");

        assertThat(redis.call("XDELEX", "s", "ACKED", "IDS", "3", "1-0", "4-0", "9-9"))
                .isEqualTo(List.of(":2", ":2", ":-1"));
        assertThat(redis.call("XACKDEL", "s", "g", "ACKED", "IDS", "3", "1-0", "3-0", "4-0"))
                .isEqualTo(List.of(":1", ":2", ":-1"));
        assertThat(redis.call("XDELEX", "s", "DELREF", "IDS", "1", "2-0")).isEqualTo(List.of(":1"));
        assertThat(redis.call("XPENDING", "s", "g")).isEqualTo(List.of(":0", "nil", "nil", "nil-array"));
        assertThat(redis.call("XLEN", "s")).isEqualTo(":2");
    }

    /** 1-0 to 6-0: g has read all but the last and not acknowledged 2-0, h has read four and acknowledged them. */
    private void givenTwoGroupsThatHaveReadSome() {
        given(6);
        redis.call("XGROUP", "CREATE", "s", "h", "0");
        read(redis, "a", "COUNT", "5");
        redis.call("XACK", "s", "g", "1-0", "3-0", "4-0", "5-0");
        redis.call("XREADGROUP", "GROUP", "h", "x", "COUNT", "4", "NOACK", "STREAMS", "s", ">");
    }

    private Object all() {
        return redis.call("XRANGE", "s", "-", "+");
    }

    @Test
    void aTrimTakesWhatEveryGroupHasReadAndAcknowledgedAndLeavesTheRest() {
        givenTwoGroupsThatHaveReadSome();

        assertThat(redis.call("XTRIM", "s", "MINID", "4-0", "ACKED")).isEqualTo(":2");
        assertThat(redis.call("XTRIM", "s", "MAXLEN", "0", "ACKED")).isEqualTo(":1");
        assertThat(all()).isEqualTo(List.of(entry("2-0", "f", "2"), entry("5-0", "f", "5"), entry("6-0", "f", "6")));
        assertThat(redis.call("XTRIM", "s", "MAXLEN", "0", "ACKED")).isEqualTo(":0");

        redis.call("XACK", "s", "g", "2-0");
        assertThat(redis.call("XTRIM", "s", "MAXLEN", "0", "ACKED")).isEqualTo(":1");
        redis.call("XGROUP", "DESTROY", "s", "h");
        assertThat(redis.call("XTRIM", "s", "MAXLEN", "0", "ACKED")).isEqualTo(":1");
        assertThat(all()).isEqualTo(List.of(entry("6-0", "f", "6")));
        redis.call("XGROUP", "DESTROY", "s", "g");
        assertThat(redis.call("XTRIM", "s", "MAXLEN", "0", "ACKED")).isEqualTo(":1");
        assertThat(all()).isEqualTo(List.of());
    }

    @Test
    void anAddThatTrimsTakesNoMoreThanIsWantedAndNothingThatAGroupNeeds() {
        givenTwoGroupsThatHaveReadSome();

        assertThat(redis.call("XADD", "s", "MAXLEN", "5", "ACKED", "7-0", "f", "7"))
                .isEqualTo("7-0");
        assertThat(all())
                .isEqualTo(List.of(
                        entry("2-0", "f", "2"),
                        entry("4-0", "f", "4"),
                        entry("5-0", "f", "5"),
                        entry("6-0", "f", "6"),
                        entry("7-0", "f", "7")));
        assertThat(redis.call("XADD", "s", "ACKED", "MAXLEN", "1", "8-0", "f", "8"))
                .isEqualTo("8-0");
        assertThat(redis.call("XLEN", "s")).isEqualTo(":5");
        assertThat(redis.call("XPENDING", "s", "g")).isEqualTo(List.of(":1", "2-0", "2-0", List.of(List.of("a", "1"))));
        assertThat(redis.call("XREADGROUP", "GROUP", "h", "x", "COUNT", "1", "STREAMS", "s", ">"))
                .isEqualTo(ofStream(entry("5-0", "f", "5")));
        redis = BROKER.restart();
        assertThat(redis.call("XLEN", "s")).isEqualTo(":5");
    }

    @Test
    void aSlowGroupReadsOldEntriesFromDisk() {
        int count = 3_000;
        for (int i = 1; i <= count; i++) {
            redis.send("XADD", "s", i + "-0", "f", "x".repeat(100));
        }
        IntStream.range(0, count).forEach(i -> redis.reply());
        redis.call("XGROUP", "CREATE", "s", "g", "0");

        assertThat(redis.call("XREADGROUP", "GROUP", "g", "a", "STREAMS", "s", ">"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .first()
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .element(1)
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(count);
        assertThat(redis.call("XPENDING", "s", "g"))
                .isEqualTo(List.of(":3000", "1-0", "3000-0", List.of(List.of("a", "3000"))));
    }

    @Test
    void whatIsWrongIsToldAsRedisDoes() {
        given(1);

        assertThat(redis.call("XGROUP", "CREATE", "s", "g", "0"))
                .isEqualTo("-BUSYGROUP Consumer Group name already exists");
        assertThat(redis.call("XGROUP", "CREATE", "none", "g", "0"))
                .asString()
                .startsWith("-ERR The XGROUP subcommand requires the key to exist.");
        assertThat(redis.call("XGROUP", "SETID", "s", "none", "0"))
                .isEqualTo("-NOGROUP No such consumer group 'none' for key name 's'");
        assertThat(redis.call("XGROUP", "CREATE", "s", "h", "0", "NONSENSE"))
                .isEqualTo("-ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.");
        assertThat(redis.call("XACK", "s", "g", "nonsense"))
                .isEqualTo("-ERR Invalid stream ID specified as stream command argument");
        assertThat(redis.call("XACK", "s", "none", "nonsense")).isEqualTo(":0");
        assertThat(redis.call("XPENDING", "s", "none")).isEqualTo("-NOGROUP No such key 's' or consumer group 'none'");
        assertThat(redis.call("XREADGROUP", "GROUP", "g", "a", "STREAMS", "s", "$"))
                .asString()
                .startsWith("-ERR The $ ID is meaningless in the context of XREADGROUP");
        assertThat(redis.call("XINFO", "CONSUMERS", "none", "g")).isEqualTo("-ERR no such key");
        assertThat(redis.call("XAUTOCLAIM", "s", "g", "a", "0", "0", "COUNT", "0"))
                .isEqualTo("-ERR COUNT must be > 0");
    }
}
