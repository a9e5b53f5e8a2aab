package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.RespConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisStreamsTest {
    @TempDir
    static Path folder = Path.of("");

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker(() -> folder);

    private RespConnection redis = BROKER.emptied();

    private static List<Object> entry(String id, Object... fields) {
        return List.of(id, List.of(fields));
    }

    @Test
    void entriesAreReadInTheOrderOfTheirIdsInBothDirections() {
        redis.call("XADD", "s", "1-1", "a", "1");
        redis.call("XADD", "s", "1-*", "a", "2");
        redis.call("XADD", "s", "7", "a", "3");

        assertThat(redis.call("XRANGE", "s", "-", "+"))
                .isEqualTo(List.of(entry("1-1", "a", "1"), entry("1-2", "a", "2"), entry("7-0", "a", "3")));
        assertThat(redis.call("XREVRANGE", "s", "(7-0", "-", "COUNT", "1")).isEqualTo(List.of(entry("1-2", "a", "2")));
        assertThat(redis.call("XLEN", "s")).isEqualTo(":3");
    }

    @Test
    void everythingIsThereAfterARestart() {
        redis.call("XADD", "s", "1-1", "a", "1");
        redis.call("XADD", "s", "2-1", "a", "2");
        redis.call("XADD", "other:{key}", "MAXLEN", "1", "5-5", "value", "x");
        redis.call("XDEL", "s", "1-1");
        redis.call("PEXPIREAT", "s", "9999999999999");
        redis = BROKER.restart();

        assertThat(redis.call("XRANGE", "s", "-", "+")).isEqualTo(List.of(entry("2-1", "a", "2")));
        assertThat(redis.call("XADD", "s", "1-9", "a", "3"))
                .asString()
                .startsWith("-ERR The ID specified in XADD is equal");
        assertThat(redis.call("PEXPIRETIME", "s")).isEqualTo(":9999999999999");
        assertThat(redis.call("DBSIZE")).isEqualTo(":2");
        assertThat(redis.call("XADD", "s", "2-*", "a", "3")).isEqualTo("2-2");
    }

    @Test
    void aTransactionHappensAsAWholeAndSeesItself() {
        redis.call("MULTI");
        redis.call("XADD", "s", "1-1", "a", "1");
        redis.call("XRANGE", "s", "-", "+");
        redis.call("XADD", "s", "1-2", "a", "2");
        redis.call("DEL", "s");
        redis.call("XLEN", "s");

        assertThat(redis.call("EXEC")).isEqualTo(List.of("1-1", List.of(entry("1-1", "a", "1")), "1-2", ":1", ":0"));
    }

    @Test
    void aTransactionOverAWatchedKeyThatChangedDoesNotHappen() {
        redis.call("WATCH", "s");
        try (RespConnection other = BROKER.connect()) {
            other.call("XADD", "s", "1-1", "a", "1");
        }
        redis.call("MULTI");
        redis.call("XADD", "s", "2-2", "a", "2");

        assertThat(redis.call("EXEC")).isEqualTo("nil-array");
        assertThat(redis.call("XLEN", "s")).isEqualTo(":1");
    }

    @Test
    void tenThousandQueuedCommandsWorkAndMoreThanAnEntryHoldsIsRefused() {
        redis.send("MULTI");
        for (int i = 1; i <= 10_000; i++) {
            redis.send("XADD", "s", i + "-0", "a", "1");
        }
        redis.send("EXEC");
        for (int i = 0; i <= 10_000; i++) {
            redis.reply();
        }
        assertThat(redis.reply()).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(10_000);

        redis.call("MULTI");
        redis.call("XADD", "s", "*", "a", "x".repeat(8 << 20));
        redis.call("XADD", "s", "*", "a", "x".repeat(8 << 20));
        assertThat(redis.call("EXEC")).asString().startsWith("-EXECABORT");
        assertThat(redis.call("XLEN", "s")).isEqualTo(":10000");
    }

    @Test
    void aBlockedReaderGetsWhatComes() {
        try (RespConnection writer = BROKER.connect()) {
            redis.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
            redis.send("PING");
            redis.flush();
            SharedBroker.awaitBlocked(writer, 1);
            writer.call("XADD", "s", "5-1", "a", "1");

            assertThat(redis.reply()).isEqualTo(List.of(List.of("s", List.of(entry("5-1", "a", "1")))));
            assertThat(redis.reply()).isEqualTo("+PONG");
        }
    }

    @Test
    void aWaitThatEndsWithoutEntriesIsNil() {
        assertThat(redis.call("XREAD", "BLOCK", "20", "STREAMS", "s", "$")).isEqualTo("nil-array");
        try (RespConnection other = BROKER.connect()) {
            Object id = redis.call("CLIENT", "ID");
            redis.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
            redis.flush();
            SharedBroker.awaitBlocked(other, 1);
            assertThat(other.call("CLIENT", "UNBLOCK", id.toString().substring(1)))
                    .isEqualTo(":1");
            assertThat(redis.reply()).isEqualTo("nil-array");
        }
    }

    @Test
    void largeAndBinaryEntriesComeBack() {
        String large = "\u00ffx\r\n".repeat(1 << 20);
        redis.call("XADD", "a b:{c}\u0000", "1-1", "f", large, "f", "again");

        assertThat(redis.call("XRANGE", "a b:{c}\u0000", "-", "+"))
                .isEqualTo(List.of(entry("1-1", "f", large, "f", "again")));
        assertThat(redis.call("XADD", "s", "*", "f", "x".repeat(16 << 20)))
                .isEqualTo("-ERR Elements are too large to be stored");
    }

    @Test
    void aReplyLargerThanAllMemoryForRepliesIsSentPieceByPiece() {
        for (int i = 1; i <= 40; i++) {
            redis.send("XADD", "s", i + "-1", "f", "x".repeat(1 << 20));
        }
        for (int i = 1; i <= 40; i++) {
            assertThat(redis.reply()).isEqualTo(i + "-1");
        }
        assertThat((List<?>) redis.call("XRANGE", "s", "-", "+")).hasSize(40);
        assertThat((List<?>) redis.call("XREVRANGE", "s", "+", "-")).hasSize(40);
    }

    @Test
    void databasesAreApart() {
        redis.call("XADD", "s", "1-1", "a", "1");
        redis.call("SELECT", "3");
        redis.call("XADD", "t", "1-1", "a", "1");

        assertThat(redis.call("KEYS", "*")).isEqualTo(List.of("t"));
        assertThat(redis.call("FLUSHDB")).isEqualTo("+OK");
        redis.call("SELECT", "0");
        assertThat(redis.call("KEYS", "*")).isEqualTo(List.of("s"));
    }

    @Test
    void aScanMeetsEveryKeyOnce() {
        for (int i = 0; i < 250; i++) {
            redis.call("XADD", "key:" + i, "1-1", "a", "1");
        }
        List<Object> seen = new ArrayList<>();
        String cursor = "0";
        do {
            List<?> page = (List<?>) redis.call("SCAN", cursor, "MATCH", "key:*", "TYPE", "stream", "COUNT", "30");
            seen.addAll((List<?>) page.get(1));
            cursor = page.getFirst().toString();
        } while (!cursor.equals("0"));

        assertThat(seen).hasSize(250).doesNotHaveDuplicates();
    }

    @Test
    void aKeyGoesWhenItsTimeIsOver() {
        redis.call("XADD", "s", "1-1", "a", "1");
        redis.call("PEXPIRE", "s", "1");
        while (!redis.call("EXISTS", "s").equals(":0")) {
            Thread.onSpinWait();
        }
        assertThat(redis.call("XADD", "s", "1-1", "a", "again")).isEqualTo("1-1");
        assertThat(redis.call("TTL", "s")).isEqualTo(":-1");
    }

    @Test
    void whatIsNotBuiltIsUnknownAndTheConnectionStays() {
        assertThat(redis.call("EVAL", "return 1", "0"))
                .isEqualTo("-ERR unknown command 'EVAL', with args beginning with: 'return 1' '0' ");
        assertThat(redis.call("GET", "x")).asString().startsWith("-ERR this server keeps streams only");
        assertThat(redis.call("PING")).isEqualTo("+PONG");
    }

    @Test
    void aProtocolErrorIsToldAndEndsTheConnection() {
        redis.sendRaw("PING\r\n*1\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(redis.reply()).isEqualTo("+PONG");
        assertThat(redis.reply()).isEqualTo("-ERR Protocol error: expected '$', got 'P'");
        assertThat(redis.isClosedByServer()).isTrue();
    }
}
