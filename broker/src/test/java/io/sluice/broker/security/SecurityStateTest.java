package io.sluice.broker.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.AccessRule.Pattern;
import io.sluice.broker.api.AccessRule.Permission;
import io.sluice.broker.api.Operation;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.ResourceType;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.security.SecurityEvent.CredentialRemoved;
import io.sluice.broker.security.SecurityEvent.CredentialSet;
import io.sluice.broker.security.SecurityEvent.RuleAdded;
import io.sluice.broker.security.SecurityEvent.RuleRemoved;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class SecurityStateTest {
    private record Key(String user, ScramMechanism mechanism) {}

    /** Users and rules, told as simply as possible. */
    private record Reference(TreeSet<AccessRule> rules, Map<Key, ScramCredential> credentials) {
        Reference copy() {
            return new Reference(new TreeSet<>(rules), new HashMap<>(credentials));
        }

        void apply(SecurityEvent event) {
            switch (event) {
                case RuleAdded added -> rules.add(added.rule());
                case RuleRemoved removed -> rules.remove(removed.rule());
                case CredentialSet set -> credentials.put(new Key(set.user(), set.mechanism()), set.credential());
                case CredentialRemoved removed -> credentials.remove(new Key(removed.user(), removed.mechanism()));
            }
        }
    }

    @Property(tries = 200)
    void batchesThatCommitStandAndOthersLeaveNoTrace(@ForAll long seed) {
        Random random = new Random(seed);
        SecurityState state = new SecurityState();
        Reference reference = new Reference(new TreeSet<>(), new HashMap<>());
        for (int batch = 0; batch < 40; batch++) {
            Reference after = reference.copy();
            Deque<Runnable> undo = new ArrayDeque<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                SecurityEvent event = anyEvent(random, after);
                after.apply(event);
                state.apply(SecurityCodec.encode(event), undo::push);
            }
            if (random.nextBoolean()) {
                reference = after;
            } else {
                undo.forEach(Runnable::run);
            }
            assertSame(state, reference);
        }
        SecurityState restored = new SecurityState();
        restored.restore(state.snapshot());
        assertSame(restored, reference);
        assertThat(restored.snapshot()).isEqualTo(state.snapshot());
    }

    @Test
    void nothingThatIsPrintedHoldsAKey() {
        ScramCredential credential = credential(new Random(1));

        assertThat(new CredentialSet("u", ScramMechanism.SCRAM_SHA_256, credential).toString())
                .isEqualTo(
                        "CredentialSet[user=u, mechanism=SCRAM_SHA_256, credential=ScramCredential[iterations=4096]]");
    }

    private static void assertSame(SecurityState state, Reference reference) {
        SecurityImage image = state.image();
        assertThat(image.rules()).containsExactlyElementsOf(reference.rules());
        Map<Key, ScramCredential> credentials = new HashMap<>();
        image.users().forEach((user, all) -> {
            assertThat(all).isNotEmpty();
            all.forEach((mechanism, credential) -> credentials.put(new Key(user, mechanism), credential));
        });
        assertThat(credentials).isEqualTo(reference.credentials());
    }

    private static SecurityEvent anyEvent(Random random, Reference now) {
        int kind = random.nextInt(4);
        if (kind == 0 && !now.rules().isEmpty()) {
            List<AccessRule> rules = new ArrayList<>(now.rules());
            return new RuleRemoved(rules.get(random.nextInt(rules.size())));
        }
        if (kind == 1 && !now.credentials().isEmpty()) {
            List<Key> keys = new ArrayList<>(now.credentials().keySet());
            Key key = keys.get(random.nextInt(keys.size()));
            return new CredentialRemoved(key.user(), key.mechanism());
        }
        AccessRule rule = anyRule(random);
        return kind == 2 && !now.rules().contains(rule)
                ? new RuleAdded(rule)
                : new CredentialSet(
                        "user-" + random.nextInt(3), ScramMechanism.values()[random.nextInt(2)], credential(random));
    }

    private static AccessRule anyRule(Random random) {
        return new AccessRule(
                ResourceType.values()[random.nextInt(ResourceType.values().length)],
                Pattern.values()[random.nextInt(2)],
                "näme-" + random.nextInt(3),
                Principal.user("user-" + random.nextInt(3)),
                "*",
                Operation.values()[random.nextInt(Operation.values().length)],
                Permission.values()[random.nextInt(2)]);
    }

    private static ScramCredential credential(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return ScramCredential.of(ScramMechanism.SCRAM_SHA_256, 4096, bytes, bytes);
    }
}
