package io.sluice.it.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.RespConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** XADD with IDMP and IDMPAUTO, XCFGSET, XIDMPRECORD. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisOnceTest {
    @TempDir
    static Path folder = Path.of("");

    @RegisterExtension
    static final SharedBroker BROKER = new SharedBroker(() -> folder);

    private RespConnection redis = BROKER.emptied();

    private Object info(String key, String field) {
        List<?> fields = (List<?>) redis.call("XINFO", "STREAM", key);
        return fields.get(fields.indexOf(field) + 1);
    }

    @Test
    void anEntryIsAddedOnceWhateverItHoldsTheSecondTime() {
        Object first = redis.call("XADD", "s", "IDMP", "p", "order-1", "*", "amount", "100");

        assertThat(redis.call("XADD", "s", "IDMP", "p", "order-1", "MAXLEN", "0", "*", "amount", "200"))
                .isEqualTo(first);
        assertThat(redis.call("XADD", "s", "MAXLEN", "~", "100", "IDMP", "q", "order-1", "*", "amount", "1"))
                .isNotEqualTo(first);
        assertThat(redis.call("XADD", "s", "NOMKSTREAM", "IDMP", "p", "*", "*", "amount", "1"))
                .isNotEqualTo(first);
        assertThat(redis.call("XLEN", "s")).isEqualTo(":3");
        redis.call("XDEL", "s", first.toString());
        assertThat(redis.call("XADD", "s", "IDMP", "p", "order-1", "*", "amount", "3"))
                .isEqualTo(first);
        assertThat(List.of(info("s", "pids-tracked"), info("s", "iids-tracked"), info("s", "iids-added")))
                .isEqualTo(List.of(":2", ":3", ":3"));
        assertThat(info("s", "iids-duplicates")).isEqualTo(":2");
    }

    @Test
    void theSameContentIsAddedOnceInWhateverOrder() {
        Object first = redis.call("XADD", "s", "IDMPAUTO", "p", "*", "a", "1", "b", "2");

        assertThat(redis.call("XADD", "s", "IDMPAUTO", "p", "*", "b", "2", "a", "1"))
                .isEqualTo(first);
        assertThat(redis.call("XADD", "s", "IDMPAUTO", "p", "*", "a", "2", "b", "1"))
                .isNotEqualTo(first);
        assertThat(redis.call("XADD", "none", "NOMKSTREAM", "IDMPAUTO", "p", "*", "a", "1"))
                .isEqualTo("nil");
    }

    @Test
    void whatWasAddedOnceIsKnownAfterARestartAndAnotherName() {
        redis.call("XADD", "s", "*", "a", "1");
        redis.call("XCFGSET", "s", "IDMP-DURATION", "86400", "IDMP-MAXSIZE", "3");
        Object first = redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "1");
        redis.call("RENAME", "s", "t");
        redis = BROKER.restart();

        assertThat(redis.call("XADD", "t", "IDMP", "p", "1", "*", "a", "2")).isEqualTo(first);
        assertThat(List.of(info("t", "idmp-duration"), info("t", "idmp-maxsize"), info("t", "iids-duplicates")))
                .isEqualTo(List.of(":86400", ":3", ":1"));
    }

    @Test
    void withinATransactionToo() {
        redis.call("MULTI");
        redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "1");
        redis.call("XADD", "s", "IDMP", "p", "2", "*", "a", "1");
        redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "2");
        List<?> ids = (List<?>) redis.call("EXEC");

        assertThat(ids.get(2)).isEqualTo(ids.getFirst());
        assertThat(redis.call("XLEN", "s")).isEqualTo(":2");
    }

    @Test
    void otherLimitsForgetWhatIsRememberedAndTheSameOnesDoNot() {
        Object first = redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "1");
        assertThat(redis.call("XCFGSET", "s", "IDMP-DURATION", "100", "IDMP-MAXSIZE", "100"))
                .isEqualTo("+OK");
        assertThat(redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "1")).isEqualTo(first);
        assertThat(redis.call("XCFGSET", "s", "idmp-maxsize", "2")).isEqualTo("+OK");
        assertThat(redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "1")).isNotEqualTo(first);
        redis.call("XADD", "s", "IDMP", "p", "2", "*", "a", "1");
        redis.call("XADD", "s", "IDMP", "p", "3", "*", "a", "1");
        assertThat(info("s", "iids-tracked")).isEqualTo(":2");
        assertThat(info("s", "iids-added")).isEqualTo(":4");
    }

    @Test
    void anEntryIsRememberedThatWasAddedWithoutAnId() {
        Object id = redis.call("XADD", "s", "*", "a", "1");
        String other = redis.call("XADD", "s", "*", "a", "2").toString();

        assertThat(redis.call("XIDMPRECORD", "s", "p", "1", id.toString())).isEqualTo("+OK");
        assertThat(redis.call("XIDMPRECORD", "s", "p", "1", id.toString())).isEqualTo("+OK");

        assertThat(redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "3")).isEqualTo(id);
        assertThat(redis.call("XLEN", "s")).isEqualTo(":2");
        assertError("maps to a different stream ID", "XIDMPRECORD", "s", "p", "1", other);
        redis.call("XDEL", "s", other);
        assertError("ERR No such message in stream", "XIDMPRECORD", "s", "p", "2", other);
        assertError("ERR No such message in stream", "XIDMPRECORD", "s", "p", "2", "1-1");
        assertError("ERR no such key", "XIDMPRECORD", "none", "p", "2", "1-1");
        assertError("non-empty producer ID", "XIDMPRECORD", "s", "", "2", "1-1");
        assertError("non-empty idempotent ID", "XIDMPRECORD", "s", "p", "", "1-1");
        assertError("ERR Invalid stream ID", "XIDMPRECORD", "s", "p", "2", "x");
        assertError("wrong number of arguments", "XIDMPRECORD", "s", "p", "2");
    }

    @Test
    void whatIsOverIsForgottenByItself() {
        redis.call("XADD", "s", "*", "a", "1");
        redis.call("XCFGSET", "s", "IDMP-DURATION", "1");
        redis.call("XADD", "s", "IDMP", "p", "1", "*", "a", "1");
        do {
            redis.call("PING");
        } while (!info("s", "iids-tracked").equals(":0"));
        assertThat(info("s", "pids-tracked")).isEqualTo(":0");
        assertThat(info("s", "iids-added")).isEqualTo(":1");
    }

    @Test
    void newStreamsHaveTheLimitsThatAreConfigured() {
        assertThat(redis.call("CONFIG", "SET", "stream-idmp-duration", "7")).isEqualTo("+OK");
        redis.call("XADD", "s", "*", "a", "1");
        assertThat(info("s", "idmp-duration")).isEqualTo(":7");
        assertThat(redis.call("CONFIG", "GET", "stream-idmp*"))
                .isEqualTo(List.of("stream-idmp-duration", "7", "stream-idmp-maxsize", "100"));
        assertThat(redis.call("CONFIG", "SET", "stream-idmp-maxsize", "10001"))
                .asString()
                .contains("argument must be between 1 and 10000 inclusive");
        redis.call("CONFIG", "SET", "stream-idmp-duration", "100");
    }

    @Test
    void whatIsWrongIsToldInTheWordsOfRedis() {
        redis.call("XADD", "s", "*", "a", "1");
        assertError("ERR Invalid stream ID specified", "XADD", "s", "IDMP", "p", "*", "f", "v");
        assertError("can be used only with auto-generated IDs", "XADD", "s", "IDMP", "p", "1", "1-1", "f", "v");
        assertError("can be used only with auto-generated IDs", "XADD", "s", "IDMPAUTO", "p", "1-*", "f", "v");
        assertError("specified multiple times", "XADD", "s", "IDMPAUTO", "p", "IDMP", "q", "1", "*", "f", "v");
        assertError("IDMP requires a non-empty producer ID", "XADD", "s", "IDMP", "", "1", "*", "f", "v");
        assertError("IDMP requires a non-empty idempotent ID", "XADD", "s", "IDMP", "p", "", "*", "f", "v");
        assertError("IDMPAUTO requires a non-empty producer ID", "XADD", "s", "IDMPAUTO", "", "*", "f", "v");
        assertError("ERR At least one parameter must be specified", "XCFGSET", "s");
        assertError("ERR syntax error", "XCFGSET", "s", "IDMP-DURATION");
        assertError("ERR value is not an integer", "XCFGSET", "s", "IDMP-DURATION", "000");
        assertError("ERR IDMP-DURATION must be between 1 and 86400 seconds", "XCFGSET", "s", "IDMP-DURATION", "0");
        assertError("ERR IDMP-MAXSIZE must be between 1 and 10000 entries", "XCFGSET", "s", "IDMP-MAXSIZE", "10001");
        assertError("ERR no such key", "XCFGSET", "none", "IDMP-DURATION", "5");
    }

    private void assertError(String text, String... words) {
        assertThat(redis.call(words))
                .as(String.join(" ", words).toLowerCase(Locale.ROOT))
                .asString()
                .startsWith("-ERR")
                .contains(text);
    }
}
