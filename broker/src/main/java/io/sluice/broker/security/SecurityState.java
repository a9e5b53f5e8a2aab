package io.sluice.broker.security;

import static io.sluice.common.Check.check;

import io.sluice.broker.api.AccessRule;
import io.sluice.broker.api.ScramMechanism;
import io.sluice.broker.format.ByteReader;
import io.sluice.broker.format.ByteWriter;
import io.sluice.broker.security.SecurityEvent.CredentialRemoved;
import io.sluice.broker.security.SecurityEvent.CredentialSet;
import io.sluice.broker.security.SecurityEvent.RuleAdded;
import io.sluice.broker.security.SecurityEvent.RuleRemoved;
import io.sluice.replication.runtime.Decision;
import io.sluice.replication.runtime.StateMachine;
import io.sluice.replication.runtime.UndoLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Users and access rules: a state machine of shard 0.
 *
 * <pre>
 *   rule        (none) ──added──► in force ──removed──► (none)
 *   credential  (none) ──set──► there ──set──► there ──removed──► (none)
 * </pre>
 *
 * Owner: shard 0's apply thread. What is committed is published as an immutable image after each change.
 */
public final class SecurityState implements StateMachine {
    private static final int FORMAT = 1;
    private static final int RULE_BYTES_LEAST = 12;
    private static final int CREDENTIAL_BYTES_LEAST = 13;

    private final TreeSet<AccessRule> rules = new TreeSet<>();
    private final TreeMap<String, EnumMap<ScramMechanism, ScramCredential>> users = new TreeMap<>();
    private volatile Consumer<SecurityImage> listener = image -> {};

    /** Empty. */
    public SecurityState() {}

    /** Gets an image after every commit, on the apply thread. Before the shard opens. */
    void whenPublished(Consumer<SecurityImage> newListener) {
        listener = newListener;
    }

    @Override
    public int id() {
        return 2;
    }

    @Override
    public String name() {
        return "security";
    }

    boolean has(AccessRule rule) {
        return rules.contains(rule);
    }

    int ruleCount() {
        return rules.size();
    }

    List<AccessRule> rules() {
        return new ArrayList<>(rules);
    }

    int userCount() {
        return users.size();
    }

    Optional<ScramCredential> credential(String user, ScramMechanism mechanism) {
        return Optional.ofNullable(users.get(user)).map(credentials -> credentials.get(mechanism));
    }

    void emit(Decision decision, SecurityEvent event) {
        decision.emit(SecurityCodec.encode(event));
    }

    /** What is committed is in force from here on, on every replica. */
    @Override
    public void published() {
        listener.accept(image());
    }

    SecurityImage image() {
        Map<String, Map<ScramMechanism, ScramCredential>> credentials = new TreeMap<>();
        users.forEach((user, all) -> credentials.put(user, Map.copyOf(all)));
        return new SecurityImage(List.copyOf(rules), credentials);
    }

    @Override
    public void apply(ByteBuffer event, UndoLog undo) {
        switch (SecurityCodec.decode(event)) {
            case RuleAdded added -> {
                check(rules.add(added.rule()), "rule %s is added twice", added.rule());
                undo.add(() -> rules.remove(added.rule()));
            }
            case RuleRemoved removed -> {
                check(rules.remove(removed.rule()), "rule %s is removed, but not there", removed.rule());
                undo.add(() -> rules.add(removed.rule()));
            }
            case CredentialSet set -> set(set.user(), set.mechanism(), set.credential(), undo);
            case CredentialRemoved removed -> {
                check(
                        credential(removed.user(), removed.mechanism()).isPresent(),
                        "a credential of user %s is removed, but not there",
                        removed.user());
                set(removed.user(), removed.mechanism(), null, undo);
            }
        }
    }

    private void set(String user, ScramMechanism mechanism, @Nullable ScramCredential credential, UndoLog undo) {
        ScramCredential before = credential(user, mechanism).orElse(null);
        put(user, mechanism, credential);
        undo.add(() -> put(user, mechanism, before));
    }

    private void put(String user, ScramMechanism mechanism, @Nullable ScramCredential credential) {
        EnumMap<ScramMechanism, ScramCredential> credentials =
                users.computeIfAbsent(user, name -> new EnumMap<>(ScramMechanism.class));
        if (credential == null) {
            credentials.remove(mechanism);
        } else {
            credentials.put(mechanism, credential);
        }
        if (credentials.isEmpty()) {
            users.remove(user);
        }
    }

    /** There is no soft state. */
    @Override
    public void leaderStarted(long nowMs) {}

    @Override
    public ByteBuffer snapshot() {
        ByteWriter out = new ByteWriter().putByte(FORMAT).putInt(rules.size());
        rules.forEach(rule -> SecurityCodec.putRule(out, rule));
        out.putInt(users.values().stream().mapToInt(Map::size).sum());
        users.forEach((user, credentials) -> credentials.forEach(
                (mechanism, credential) -> SecurityCodec.putCredential(out, user, mechanism, credential)));
        return out.toBuffer();
    }

    @Override
    public void restore(ByteBuffer snapshot) {
        ByteReader in = new ByteReader(snapshot);
        int format = in.getByte();
        check(format == FORMAT, "security snapshot of format %s, this version knows %s", format, FORMAT);
        rules.clear();
        users.clear();
        int ruleCount = in.getCount(RULE_BYTES_LEAST);
        for (int i = 0; i < ruleCount; i++) {
            rules.add(SecurityCodec.getRule(in));
        }
        int credentialCount = in.getCount(CREDENTIAL_BYTES_LEAST);
        for (int i = 0; i < credentialCount; i++) {
            String user = in.getShortText();
            put(user, SecurityCodec.getMechanism(in), SecurityCodec.getCredential(in));
        }
    }
}
