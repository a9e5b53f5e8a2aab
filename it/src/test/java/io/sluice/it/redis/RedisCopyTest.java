package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.RespConnection;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** COPY and SWAPDB. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisCopyTest {
    @TempDir
    static Path folder = Path.of("");

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker(() -> folder);

    private RespConnection redis = BROKER.emptied();

    @Test
    void aCopyIsLikeTheStreamWithItsGroupsAndGoesItsOwnWay() {
        for (int i = 1; i <= 6; i++) {
            redis.call("XADD", "s", i + "-" + i, "a", "x" + i);
        }
        redis.call("XGROUP", "CREATE", "s", "g", "0");
        redis.call("XREADGROUP", "GROUP", "g", "c", "COUNT", "4", "STREAMS", "s", ">");
        redis.call("XDEL", "s", "4-4");
        redis.call("XTRIM", "s", "MINID", "2-0");
        redis.call("PEXPIREAT", "s", "9999999999999");
        assertThat(redis.call("COPY", "s", "t", "DB", "3")).isEqualTo(":1");
        Object entries = redis.call("XRANGE", "s", "-", "+");
        Object info = redis.call("XINFO", "STREAM", "s", "FULL");
        redis.call("DEL", "s");
        redis.call("SELECT", "3");

        assertThat(redis.call("XRANGE", "t", "-", "+")).isEqualTo(entries);
        assertThat(redis.call("XINFO", "STREAM", "t", "FULL")).isEqualTo(info);
        redis = BROKER.restart();
        redis.call("SELECT", "3");
        assertThat(redis.call("XRANGE", "t", "-", "+")).isEqualTo(entries);
        assertThat(redis.call("XINFO", "STREAM", "t", "FULL")).isEqualTo(info);
        assertThat(redis.call("PEXPIRETIME", "t")).isEqualTo(":9999999999999");
        assertThat(redis.call("XACK", "t", "g", "2-2", "4-4")).isEqualTo(":2");
        assertThat(redis.call("XADD", "t", "7-7", "a", "x7")).isEqualTo("7-7");
        assertThat(redis.call("XREADGROUP", "GROUP", "g", "c", "STREAMS", "t", ">"))
                .asString()
                .contains("5-5", "6-6", "7-7")
                .doesNotContain("4-4");
    }

    @Test
    void whatIsThereIsReplacedOnlyIfThatIsWanted() {
        redis.call("XADD", "s", "1-1", "a", "1");
        redis.call("XADD", "t", "2-2", "a", "2");

        assertThat(redis.call("COPY", "s", "t")).isEqualTo(":0");
        assertThat(redis.call("COPY", "none", "u")).isEqualTo(":0");
        assertThat(redis.call("COPY", "s", "t", "REPLACE")).isEqualTo(":1");
        assertThat(redis.call("XRANGE", "t", "-", "+"))
                .asString()
                .contains("1-1")
                .doesNotContain("2-2");
        assertThat(redis.call("COPY", "s", "s")).isEqualTo("-ERR source and destination objects are the same");
        assertThat(redis.call("COPY", "s", "t", "DB", "99")).isEqualTo("-ERR DB index is out of range");
        assertThat(redis.call("COPY", "s", "t", "DB")).isEqualTo("-ERR syntax error");
        redis.call("XGROUP", "CREATE", "empty", "g", "$", "MKSTREAM");
        assertThat(redis.call("COPY", "empty", "copy")).isEqualTo(":1");
        assertThat(redis.call("XADD", "copy", "1-1", "a", "1")).isEqualTo("1-1");
    }

    @Test
    void anIdOfAProducerIsKnownToTheCopy() {
        Object first = redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "1");
        redis.call("COPY", "s", "t");
        assertThat(redis.call("XADD", "t", "IDMP", "p", "1", "*", "a", "1")).isEqualTo(first);
    }

    @Test
    void aStreamThatIsTooLargeIsNotCopied() {
        String large = "x".repeat(1 << 20);
        for (int i = 1; i <= 16; i++) {
            redis.call("XADD", "s", i + "-1", "a", large);
        }
        assertThat(redis.call("COPY", "s", "t")).asString().startsWith("-ERR the stream is too large");
        redis.call("XTRIM", "s", "MAXLEN", "5");
        assertThat(redis.call("COPY", "s", "t")).isEqualTo(":1");
        assertThat(redis.call("XLEN", "t")).isEqualTo(":5");
    }

    @Test
    void databasesAreSwappedWithAllTheirKeys() {
        redis.call("XADD", "both", "1-1", "a", "1");
        redis.call("XADD", "first", "2-1", "a", "2");
        redis.call("XGROUP", "CREATE", "first", "g", "0");
        redis.call("SELECT", "5");
        redis.call("XADD", "both", "3-1", "a", "3");
        assertThat(redis.call("SWAPDB", "0", "5")).isEqualTo("+OK");

        assertThat(redis.call("XRANGE", "both", "-", "+")).asString().contains("1-1");
        assertThat(redis.call("XREADGROUP", "GROUP", "g", "c", "STREAMS", "first", ">"))
                .asString()
                .contains("2-1");
        redis = BROKER.restart();
        assertThat(redis.call("KEYS", "*")).isEqualTo(List.of("both"));
        assertThat(redis.call("XRANGE", "both", "-", "+")).asString().contains("3-1");
        assertThat(redis.call("SWAPDB", "0", "16")).isEqualTo("-ERR DB index is out of range");
        assertThat(redis.call("SWAPDB", "a", "1")).isEqualTo("-ERR invalid first DB index");
    }
}
