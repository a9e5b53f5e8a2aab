package io.sluice.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.LoginExchange;
import io.sluice.broker.api.LoginSettings;
import io.sluice.broker.api.Logins;
import io.sluice.protocol.kafka.codec.Authentication;
import io.sluice.protocol.kafka.codec.Door;
import io.sluice.protocol.kafka.codec.KafkaApi;
import io.sluice.protocol.kafka.codec.LoginCounters;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AuthenticationTest {
    @Test
    void aCheckThatFailsUnexpectedlyEndsTheLoginInsteadOfLettingItWaitForEver() {
        try (FakeBroker broker = new FakeBroker()) {
            Door door = new Door(broker, "127.0.0.1", 0, Runnable::run, new Broken(), new LoginCounters(Logins.KNOWN));
            Authentication login = new Authentication(door, "127.0.0.1", proved -> {});
            login.handshake(Logins.PLAIN, false);

            assertThat(login.authenticate(new byte[0])).isCompletedExceptionally();

            assertThat(login.isFailed()).isTrue();
            assertThat(login.whyNot(KafkaApi.METADATA)).isNotNull();
        }
    }

    private static final class Broken implements Logins {
        @Override
        public LoginSettings settings() {
            return new LoginSettings(List.of(PLAIN), 0, 0);
        }

        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public Optional<LoginExchange> begin(String mechanism) {
            return Optional.of(token -> {
                throw new IllegalStateException("the store of users is gone");
            });
        }
    }
}
