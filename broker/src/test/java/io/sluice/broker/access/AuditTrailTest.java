package io.sluice.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
import io.sluice.common.Clock;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class AuditTrailTest {
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final LongAdder total = new LongAdder();
    private long nowNs;

    private final AuditTrail trail = new AuditTrail(
            new Caller(Principal.user("eve\n\"x"), "10.0.0.9"),
            new Clock() {
                @Override
                public long wallMs() {
                    return 0;
                }

                @Override
                public long nanoTime() {
                    return nowNs;
                }
            },
            total);

    @BeforeEach
    void listen() {
        appender.start();
        logger().addAppender(appender);
    }

    @AfterEach
    void listenNoMore() {
        logger().detachAppender(appender);
    }

    @Test
    void aDenialIsOneLineWhateverItsNamesHold() {
        trail.denied(Operation.READ, ResourceType.TOPIC, "a\r\nb");

        assertThat(lines())
                .containsExactly("denied principal=\"User:eve\\u000a\\\"x\" host=\"10.0.0.9\" operation=READ"
                        + " resource=TOPIC name=\"a\\u000d\\u000ab\" kept_back=0");
    }

    @Test
    void aFloodIsCountedToTheLast() {
        for (int i = 0; i < 1_000; i++) {
            nowNs += 10_000_000;
            trail.denied(Operation.READ, ResourceType.TOPIC, "t");
        }
        trail.end();

        assertThat(total.sum()).isEqualTo(1_000);
        assertThat(lines()).hasSizeLessThan(30);
        long told = lines().stream()
                .mapToLong(line -> number(line) + (line.contains("operation=") ? 1 : 0))
                .sum();
        assertThat(told).isEqualTo(1_000);
    }

    private static long number(String line) {
        var matcher = Pattern.compile("kept_back=(\\d+)").matcher(line);
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private List<String> lines() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(AuditTrail.LOGGER_NAME);
    }
}
